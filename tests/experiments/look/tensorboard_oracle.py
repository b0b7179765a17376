"""Reads TensorBoard's event files by their formats' documents alone: TFRecord framing, CRC-32C bit by
bit, protobuf's wire format. Prints a line for each event of the named files, in order:

    version TEXT
    start STEP
    STEP TAG VALUE       for each scalar of an event

after checking that wall times are of the last hour and do not run backwards.
"""
import pathlib
import struct
import sys
import time


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283  # the check value of the CRC catalogue


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    at = 0
    while at < len(data):
        header = data[at:at + 8]
        length, = struct.unpack("<Q", header)
        end = at + 12 + length
        assert struct.unpack("<I", data[at + 8:at + 12])[0] == masked(header), "length is damaged"
        payload = data[at + 12:end]
        assert struct.unpack("<I", data[end:end + 4])[0] == masked(payload), "event is damaged"
        yield payload
        at = end + 4


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return value, at


def fields(data):
    """(number, value) of each field: int, or bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        else:
            length = {1: 8, 5: 4}.get(kind)
            if kind == 2:
                length, at = varint(data, at)
            assert at + length <= len(data), "a field goes over the end"
            value, at = data[at:at + length], at + length
        yield key >> 3, value


def lines_of(event, times):
    event = dict(fields(event))
    times.append(struct.unpack("<d", event[1])[0])
    step = event.get(2, 0)
    if 3 in event:
        yield f"version {event[3].decode()}"
    if 7 in event:
        assert dict(fields(event[7])) == {1: 1}, "session log is not START"
        yield f"start {step}"
    for number, value in fields(event.get(5, b"")):
        assert number == 1
        value = dict(fields(value))
        yield f"{step} {value[1].decode()} {struct.unpack('<f', value[2])[0]:.9g}"


times = []
for path in sys.argv[1:]:
    for record in records(pathlib.Path(path).read_bytes()):
        for line in lines_of(record, times):
            print(line)
assert times == sorted(times) and time.time() - 3600 < times[0] and times[-1] <= time.time(), times
