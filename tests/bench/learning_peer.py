#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The worker's networks in PyTorch, for forameter-learning-bench: it speaks the worker's messages (wire/message.hpp), so that both
sides are started with the same settings and asked the same. LEARNING_PEER=contiguous takes pictures and weights as they come
instead of channels last; LEARNING_PEER=bfloat16 lets the layers run in that."""
import argparse
import json
import os
import struct
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

VARIANT = os.environ.get("LEARNING_PEER", "")
FORMAT = torch.contiguous_format if VARIANT == "contiguous" else torch.channels_last


class Block(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        groups = 8 if b % 8 == 0 else 1
        self.conv1, self.norm1 = nn.Conv2d(a, b, 3, padding=1, bias=False), nn.GroupNorm(groups, b)
        self.conv2, self.norm2 = nn.Conv2d(b, b, 3, padding=1, bias=False), nn.GroupNorm(groups, b)

    def forward(self, x):
        x = self.norm1(self.conv1(x).float()).relu_()  # of bfloat16 there is no such layer for processors
        return self.norm2(self.conv2(x).float()).relu_()


class UNet(nn.Module):
    def __init__(self, inputs, classes, base, levels):
        super().__init__()
        self.levels = levels
        for i in range(levels):
            setattr(self, f"down{i}", Block(inputs if i == 0 else base << (i - 1), base << i))
        for i in range(levels - 1):
            setattr(self, f"narrow{i}", nn.Conv2d(base << (i + 1), base << i, 1))
            setattr(self, f"up{i}", Block(2 * (base << i), base << i))
        self.head = nn.Conv2d(base, classes, 1)

    def forward(self, x):
        rows, columns, step = x.size(2), x.size(3), 1 << (self.levels - 1)
        below, right = -rows % step, -columns % step
        if below or right:
            x = F.pad(x, (0, right, 0, below), mode="replicate")
        skipped = []
        for i in range(self.levels):
            if i:
                x = F.max_pool2d(x, 2)
            x = getattr(self, f"down{i}")(x)
            skipped.append(x)
        for i in reversed(range(self.levels - 1)):
            x = F.interpolate(getattr(self, f"narrow{i}")(x), size=skipped[i].shape[2:], mode="bilinear", align_corners=False)
            x = getattr(self, f"up{i}")(torch.cat([skipped[i], x], 1))
        return self.head(x)[:, :, :rows, :columns]


def marginal_loss(logits, allowed):
    classes = logits.size(1)
    everything = (1 << classes) - 1
    sets = allowed.long() & everything
    known = (sets != everything) & (sets != 0)
    bits = (1 << torch.arange(classes)).view(1, -1, 1, 1)
    logs = torch.log_softmax(logits.float(), 1)
    of_set = torch.logsumexp(logs.masked_fill(((sets.unsqueeze(1) & bits) == 0) & known.unsqueeze(1), -float("inf")), 1)
    weight = known.float()
    cross_entropy = -(of_set * weight).sum() / weight.sum().clamp_min(1)
    p, dices = logs.exp(), []
    for s in torch.unique(sets).tolist():
        if s == 0 or s & 1 or 2 * bin(s).count("1") > classes:
            continue
        members = [p[:, c] for c in range(1, classes) if s >> c & 1]
        both = members[0] if len(members) == 1 else torch.stack(members).sum(0)
        overlap = sets & s
        inside = ((overlap == sets) & known).float()
        found = both * (inside + (overlap == 0).float() * weight)
        dices.append(2 * (found * inside).sum() / (found.sum() + inside.sum()).clamp_min(1e-6))
    dice = torch.stack(dices).mean() if dices else torch.ones(())
    return cross_entropy + 1 - dice, cross_entropy, dice


def read_weights(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        numbers = file.read()
    header.pop("__metadata__", None)
    return {
        name: torch.frombuffer(bytearray(numbers[slice(*e["data_offsets"])]), dtype=torch.float32).reshape(e["shape"])
        for name, e in header.items()
    }


def network_of(description, weights):
    classes = description["classes"]
    net = UNet(description["inputs"], classes if isinstance(classes, int) else len(classes), description["base"], description["levels"])
    if weights:
        net.load_state_dict(read_weights(weights))
    return net.to(memory_format=FORMAT)


class Peer:
    def __init__(self):
        self.loaded = {}

    def load(self, message, frames):
        path = message["weights"]
        if path not in self.loaded:
            with open(os.path.splitext(path)[0] + ".json") as card:
                self.loaded[path] = network_of(json.load(card)["network"], path).eval().requires_grad_(False)
        return {}, []

    def infer(self, message, frames):
        self.load(message, frames)
        start = time.perf_counter()
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=VARIANT == "bfloat16"):
            x = frames[0].clone().contiguous(memory_format=FORMAT)
            answer = torch.softmax(self.loaded[message["weights"]](x).float(), 1).contiguous()
        return {"seconds": time.perf_counter() - start, "device": "cpu", "precision": "", "sha256": ""}, [answer, torch.empty(0)]

    def begin_training(self, message, frames):
        plan = message["plan"]
        self.plan, self.done = plan, 0
        self.net, self.averaged = (network_of(plan["network"], plan["start"]) for _ in range(2))
        self.averaged.requires_grad_(False)
        self.optimiser = torch.optim.AdamW(self.net.parameters(), lr=plan["learning_rate"], weight_decay=plan["weight_decay"])
        return {"step": 0}, []

    def step(self, message, frames):
        start = time.perf_counter()
        images, allowed = frames[0].clone().contiguous(memory_format=FORMAT), frames[1].clone()
        with torch.autocast("cpu", torch.bfloat16, enabled=VARIANT == "bfloat16"):
            logits = self.net(images)
        total, cross_entropy, dice = marginal_loss(logits, allowed)
        self.optimiser.zero_grad(set_to_none=False)
        total.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 12.0)
        self.optimiser.step()
        self.done += 1
        keep = min(self.plan["averaging"], (1 + self.done) / (10 + self.done))
        with torch.no_grad():
            for averaged, current in zip(self.averaged.parameters(), self.net.parameters()):
                averaged.mul_(keep).add_(current, alpha=1 - keep)
        return {"step": self.done, "loss": total.item(), "cross_entropy": cross_entropy.item(), "dice": dice.item(),
                "learning_rate": self.plan["learning_rate"], "seconds": time.perf_counter() - start}, []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--device")
    parser.add_argument("--threads", type=int)
    threads = parser.parse_args().threads
    torch.set_num_threads(threads)
    pipe_in, pipe_out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def send(header, frames=()):
        text = json.dumps(dict(header, frames=[list(f.shape) for f in frames])).encode()
        pipe_out.write(struct.pack("<I", len(text)) + text)
        for frame in frames:
            pipe_out.write(frame.numpy().tobytes())
        pipe_out.flush()

    send({"type": "hello", "wire": 1, "version": "peer", "libtorch": torch.__version__, "device": "cpu", "precision": VARIANT,
          "threads": threads, "devices": ["cpu"]})
    peer = Peer()
    while True:
        length = pipe_in.read(4)
        if len(length) < 4:
            return
        message = json.loads(pipe_in.read(struct.unpack("<I", length)[0]))
        frames = []
        for shape in message.get("frames", []):
            count = 1 if shape else 0
            for side in shape:
                count *= side
            frames.append(torch.frombuffer(bytearray(pipe_in.read(4 * count)), dtype=torch.float32).reshape(shape))
        answer, answered = getattr(peer, message["type"].replace("-", "_"))(message, frames)
        send(dict(answer, type="answer", id=message["id"]), answered)


if __name__ == "__main__":
    main()
