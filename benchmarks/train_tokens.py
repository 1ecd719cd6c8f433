"""Training speed of PyTorch on a Llama-shaped model, for comparison with the trainer's own (docs/benchmarks.md).

Its fastest honest form on the installed version: contiguous batches without padding, scaled dot product attention where
it has it, foreach AdamW, gradients set to none. Prints one line: tokens per second of clock and of processor time over
the counted steps.

With --batches the examples of a file are trained instead, as PEFT's users do: batches of several tasks padded to their longest,
logits of every token, prompts masked from the loss; what is counted are trained answer tokens.
"""
import argparse
import json
import math
import time

import torch
import torch.nn.functional as F


class Linear(torch.nn.Module):
    """A frozen or trained projection, with a LoRA adapter where rank > 0."""

    def __init__(self, inputs, outputs, rank):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(outputs, inputs) / math.sqrt(inputs), requires_grad=rank == 0)
        self.rank = rank
        if rank:
            self.a = torch.nn.Parameter(torch.randn(rank, inputs) / math.sqrt(inputs))
            self.b = torch.nn.Parameter(torch.zeros(outputs, rank))

    def forward(self, x):
        y = F.linear(x, self.weight)
        return y + F.linear(F.linear(x, self.a), self.b) * 2.0 if self.rank else y


class Norm(torch.nn.Module):
    def __init__(self, size, trained):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(size), requires_grad=trained)

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * self.weight


def attend(q, k, v):
    if hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    length = q.shape[-2]
    mask = torch.full((length, length), float("-inf")).triu(1)
    return torch.baddbmm(mask.expand(q.shape[0] * q.shape[1], -1, -1), q.flatten(0, 1), k.flatten(0, 1).transpose(1, 2),
                         alpha=1 / math.sqrt(q.shape[-1])).softmax(-1).bmm(v.flatten(0, 1)).view(q.shape)


class Layer(torch.nn.Module):
    def __init__(self, o):
        super().__init__()
        head = o.hidden // o.heads
        self.heads, self.kv, self.head = o.heads, o.kv_heads, head
        self.norm1, self.norm2 = Norm(o.hidden, not o.rank), Norm(o.hidden, not o.rank)
        self.q, self.o = Linear(o.hidden, o.hidden, o.rank), Linear(o.hidden, o.hidden, o.rank)
        self.k, self.v = Linear(o.hidden, head * o.kv_heads, o.rank), Linear(o.hidden, head * o.kv_heads, o.rank)
        self.gate, self.up = Linear(o.hidden, o.inner, o.rank), Linear(o.hidden, o.inner, o.rank)
        self.down = Linear(o.inner, o.hidden, o.rank)

    def forward(self, x, cos, sin):
        batch, length, hidden = x.shape
        h = self.norm1(x)
        q = self.q(h).view(batch, length, self.heads, self.head).transpose(1, 2)
        k = self.k(h).view(batch, length, self.kv, self.head).transpose(1, 2)
        v = self.v(h).view(batch, length, self.kv, self.head).transpose(1, 2)
        q, k = turn(q, cos, sin), turn(k, cos, sin)
        repeat = self.heads // self.kv
        if repeat > 1:
            k, v = k.repeat_interleave(repeat, 1), v.repeat_interleave(repeat, 1)
        x = x + self.o(attend(q, k, v).transpose(1, 2).reshape(batch, length, hidden))
        h = self.norm2(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


def turn(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), -1) * sin


class Llama(torch.nn.Module):
    def __init__(self, o):
        super().__init__()
        self.embed = torch.nn.Parameter(torch.randn(o.vocab, o.hidden) * 0.02, requires_grad=not o.rank)
        self.layers = torch.nn.ModuleList(Layer(o) for _ in range(o.layers))
        self.norm = Norm(o.hidden, not o.rank)
        head = o.hidden // o.heads
        angles = torch.outer(torch.arange(o.length).float(), 10000.0 ** (-torch.arange(0, head, 2).float() / head)).repeat(1, 2)
        self.cos, self.sin = angles.cos(), angles.sin()

    def forward(self, ids):
        x = F.embedding(ids, self.embed)
        for layer in self.layers:
            x = layer(x, self.cos[:ids.shape[1]], self.sin[:ids.shape[1]])
        return F.linear(self.norm(x), self.embed)


def padded(examples):
    """Ids and labels (batch, longest), padded right: a causal model needs no mask for what comes behind."""
    longest = max(len(example["ids"]) for example in examples)
    ids = torch.zeros(len(examples), longest, dtype=torch.long)
    labels = torch.full_like(ids, -100)
    for row, example in enumerate(examples):
        tokens = torch.tensor(example["ids"])
        ids[row, :len(tokens)] = tokens
        labels[row, max(example["prompt"], 1):len(tokens)] = tokens[max(example["prompt"], 1):]
    return ids, labels


def peak(n=1024, products=8):
    """Floating point operations a second of processor time in products of n x n float32; the best of five."""
    a, b, best = torch.rand(n, n), torch.rand(n, n), 0.0
    for turn_number in range(6):
        used = time.process_time()
        for _ in range(products):
            a @ b
        if turn_number:
            best = max(best, 2.0 * n ** 3 * products / (time.process_time() - used))
    return best


def main():
    parser = argparse.ArgumentParser()
    for name, value in dict(hidden=256, inner=688, layers=8, heads=8, kv_heads=8, vocab=4096, batch=8, length=128, steps=20, warmup=5, rank=0, threads=1).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=value)
    parser.add_argument("--batches")
    o = parser.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(1)
    model = Llama(o)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-3, foreach=True)
    if o.batches:
        with open(o.batches, encoding="utf-8") as file:
            batches = json.load(file)["mixed"]
        batches = batches[:o.warmup] + batches
    else:
        ids = torch.randint(0, o.vocab, (o.batch, o.length))
        batches = [None] * (o.warmup + o.steps)
    tokens = 0
    for step, examples in enumerate(batches):
        if step == o.warmup:
            start, used, tokens = time.perf_counter(), time.process_time(), 0
        inputs, labels = padded(examples) if examples else (ids, ids)
        optimizer.zero_grad(set_to_none=True)
        logits = model(inputs)
        F.cross_entropy(logits[:, :-1].reshape(-1, o.vocab), labels[:, 1:].reshape(-1)).backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        tokens += int((labels[:, 1:] != -100).sum()) if examples else inputs.numel()
    print(f"{tokens / (time.perf_counter() - start):.1f} {tokens / (time.process_time() - used):.1f} {peak():.0f}")


if __name__ == "__main__":
    main()
