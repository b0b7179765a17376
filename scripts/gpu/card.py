"""The card, asked of its driver."""
import ctypes
import re
import shutil

from gpu import command


def find():
    """({"name", "memory_bytes", "compute_capability", "cuda_of_driver", "driver"}, ""), or (None, why not)."""
    try:
        cuda = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return None, "no NVIDIA driver is installed (no libcuda.so.1)"
    status = cuda.cuInit(0)
    if status != 0:
        return None, f"there is no NVIDIA card that its driver lets use (cuInit: error {status})"
    count, version, device = ctypes.c_int(0), ctypes.c_int(0), ctypes.c_int(0)
    cuda.cuDeviceGetCount(ctypes.byref(count))
    if count.value == 0:
        return None, "there is no NVIDIA card"
    cuda.cuDriverGetVersion(ctypes.byref(version))
    cuda.cuDeviceGet(ctypes.byref(device), 0)
    name, memory = ctypes.create_string_buffer(256), ctypes.c_size_t(0)
    cuda.cuDeviceGetName(name, len(name), device)
    cuda.cuDeviceTotalMem_v2(ctypes.byref(memory), device)
    return {"name": name.value.decode(), "memory_bytes": memory.value,
            "compute_capability": ".".join(str(attribute(cuda, device, number)) for number in (75, 76)),
            "cuda_of_driver": f"{version.value // 1000}.{version.value % 1000 // 10}",
            "driver": driver_version()}, ""


def attribute(cuda, device, number):
    value = ctypes.c_int(0)
    cuda.cuDeviceGetAttribute(ctypes.byref(value), number, device)
    return value.value


def driver_version():
    try:
        with open("/proc/driver/nvidia/version") as file:
            found = re.search(r"\b(\d{3}\.\d+(\.\d+)?)\b", file.read())
            if found:
                return found[1]
    except OSError:
        pass
    if not shutil.which("nvidia-smi"):
        return "unknown"
    said = command.run(["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"], 20)
    return said.output.splitlines()[0] if said.status == 0 and said.output else "unknown"
