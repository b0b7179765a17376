#!/usr/bin/env python3
"""Makes golden/tiny_net.txt: a small VGG-like net computed by PyTorch in double.

reference_golden_test.cpp holds the reference engine to these numbers, so that the oracle of the
other engines has an oracle of its own. To make them again (PyTorch 1.13 or newer):

    python3 tests/nets/torch_golden.py > tests/nets/golden/tiny_net.txt

The file is lines of `name count` followed by that many numbers; the net is written out again in
the test. Dropout is left out: its masks are vggflow's own.
"""
import torch
import torch.nn.functional as F

SIDE, WIDE, CLASSES, SLOTS, STEPS = 6, (11, 8), 7, 3, 3
RATE, MOMENTUM, DECAY = 0.01, 0.9, 0.05
SHAPES = {
    "conv1_1.weight": (4, 3, 3, 3), "conv1_1.bias": (4,),
    "conv2_1.weight": (6, 4, 1, 1), "conv2_1.bias": (6,),
    "fc6.weight": (8, 54), "fc6.bias": (8,),
    "fc8.weight": (CLASSES, 8), "fc8.bias": (CLASSES,),
}


def class_score_map(weights, pixels):
    """(N, H, W, 3) u8 levels to (N, classes, h, w)."""
    x = (pixels.permute(0, 3, 1, 2) - 100) / 50
    x = F.relu(F.conv2d(x, weights["conv1_1.weight"], weights["conv1_1.bias"], padding=1))
    x = F.local_response_norm(x, 3, alpha=0.5, beta=0.75, k=2)
    x = F.relu(F.conv2d(x, weights["conv2_1.weight"], weights["conv2_1.bias"]))
    x = F.max_pool2d(x, 2)
    x = F.relu(F.conv2d(x, weights["fc6.weight"].view(8, 6, 3, 3), weights["fc6.bias"]))
    return F.conv2d(x, weights["fc8.weight"].view(CLASSES, 8, 1, 1), weights["fc8.bias"])


def write(name, values):
    values = [format(v, ".10g") for v in values.detach().flatten().tolist()]
    print(name, len(values))
    for i in range(0, len(values), 8):
        print(" ".join(values[i:i + 8]))


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)
    draw = lambda shape: torch.randint(256, shape).double()
    # Multiples of 1/64 are exact in float and short in print.
    weights = {name: (torch.randint(-32, 33, shape).double() / 64).requires_grad_()
               for name, shape in SHAPES.items()}
    pixels, wide = draw((SLOTS, SIDE, SIDE, 3)), draw((SLOTS, WIDE[1], WIDE[0], 3))
    labels = torch.randint(CLASSES, (SLOTS,))
    sample_weights = torch.tensor([1.0, 0.5, 1.0]).double()
    write("pixels", pixels), write("wide", wide), write("labels", labels)
    write("sample_weights", sample_weights)
    for name, tensor in weights.items():
        write(name, tensor)

    score_map = class_score_map(weights, wide)
    write("dense.scores", score_map.mean((2, 3)).softmax(1))
    write("dense.posteriors", score_map.softmax(1).mean((2, 3)))

    optimiser = torch.optim.SGD(weights.values(), lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)
    for step in range(STEPS):
        optimiser.zero_grad()
        losses = F.cross_entropy(class_score_map(weights, pixels)[:, :, 0, 0], labels,
                                 reduction="none")
        loss = (losses * sample_weights).sum() / sample_weights.sum()
        loss.backward()
        write(f"loss.{step}", loss)
        if step == 0:
            for name, tensor in weights.items():
                write("gradient." + name, tensor.grad)
        optimiser.step()
    for name, tensor in weights.items():
        write("trained." + name, tensor)


if __name__ == "__main__":
    main()
