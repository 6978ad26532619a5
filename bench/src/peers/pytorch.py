"""PyTorch in eager mode on the CPU. Arguments: the number of threads, and `matmul` to time only
the matrix products of one step instead of training."""

import json
import os
import sys
import time

BATCHES = 20


def make_batches(torch, workload):
    batch, shape, classes = workload["batch"], workload["input"], workload["outputs"]
    if workload["loss"] == "mse":
        bits = torch.tensor([[row & 1, (row >> 1) & 1] for row in range(batch)]).float()
        targets = 0.5 * (bits[:, :1] != bits[:, 1:]).float()
        return [(bits + 0.1 * torch.rand(batch, 2), targets) for _ in range(BATCHES)]
    centres = torch.randn(classes, *shape)
    batches = []
    for _ in range(BATCHES):
        sources = torch.randint(classes, (batch,))
        labels = torch.where(torch.rand(batch) < 0.3, torch.randint(classes, (batch,)), sources)
        batches.append((centres[sources] + 0.05 * torch.randn(batch, *shape), labels))
    return batches


def make_layers(torch, specs, shape):
    """The layers of a net for examples of a shape, and the shape of what they give."""
    nn = torch.nn

    class Residual(nn.Module):
        def __init__(self, branch, shortcut):
            super().__init__()
            self.branch, self.shortcut = branch, shortcut

        def forward(self, x):
            return self.shortcut(x) + self.branch(x)

    class Lstm(nn.Module):
        def __init__(self, width, features):
            super().__init__()
            self.lstm = nn.LSTM(width, features, batch_first=True)

        def forward(self, x):
            return self.lstm(x)[0][:, -1]

    class GlobalAveragePool(nn.Module):
        def forward(self, x):
            return x.mean((2, 3))

    activations = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}
    layers = []
    for spec in specs:
        kind = spec["kind"]
        if kind in activations:
            layers.append(activations[kind]())
        elif kind == "linear":
            layers.append(nn.Linear(shape[0], spec["features"]))
            shape = [spec["features"]]
        elif kind == "conv":
            kernel, stride = spec["kernel"], spec.get("stride", 1)
            layers.append(
                nn.Conv2d(
                    shape[0],
                    spec["channels"],
                    kernel,
                    stride,
                    padding=kernel // 2,
                    bias=spec.get("useBias", True),
                )
            )
            shape = [spec["channels"], -(-shape[1] // stride), -(-shape[2] // stride)]
        elif kind == "batchNorm":
            layers.append(nn.BatchNorm2d(shape[0]))
        elif kind == "maxPool":
            layers.append(nn.MaxPool2d(spec["size"]))
            shape = [shape[0], shape[1] // spec["size"], shape[2] // spec["size"]]
        elif kind == "flatten":
            layers.append(nn.Flatten())
            shape = [shape[0] * shape[1] * shape[2]]
        elif kind == "globalAveragePool":
            layers.append(GlobalAveragePool())
            shape = [shape[0]]
        elif kind == "lstm":
            layers.append(Lstm(shape[1], spec["features"]))
            shape = [spec["features"]]
        elif kind == "residual":
            shortcut, _ = make_layers(torch, spec["shortcut"], shape)
            branch, shape = make_layers(torch, spec["branch"], shape)
            layers.append(Residual(branch, shortcut))
        else:
            raise ValueError(f"no {kind} here")
    return nn.Sequential(*layers), shape


def make_training(torch, workload):
    """The step on batch i; returns the loss as a tensor."""
    nn = torch.nn
    model, _ = make_layers(torch, workload["layers"], workload["input"])
    loss_of = {"crossEntropy": nn.CrossEntropyLoss, "mse": nn.MSELoss}[workload["loss"]]()
    kinds = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}
    # foreach updates all parameters in a few calls: the faster of the two kinds on the CPU.
    settings = workload["optimizer"]
    momentum = {"momentum": settings["momentum"]} if "momentum" in settings else {}
    optimizer = kinds[settings["kind"]](
        model.parameters(), lr=settings["learningRate"], foreach=True, **momentum
    )
    batches = make_batches(torch, workload)

    def step(i):
        inputs, targets = batches[i]
        loss = loss_of(model(inputs), targets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss

    return step


def make_matmuls(torch, workload):
    """Only the products of a step: forward, weight gradient, and input gradient but for the first layer."""
    batch, sizes = workload["batch"], workload["mlp"]["sizes"]
    values = [torch.randn(batch, width) for width in sizes]
    weights = [torch.randn(units, width) for width, units in zip(sizes, sizes[1:])]

    def step(_):
        for i, weight in enumerate(weights):
            values[i] @ weight.T
        for i, weight in enumerate(weights):
            values[i + 1].T @ values[i]
            if i > 0:
                values[i + 1] @ weight

    return step


def blas_of_process():
    """The matrix library that is loaded; PyTorch's own wheels have MKL inside."""
    names = {"openblas": "OpenBLAS", "libmkl": "MKL", "libblis": "BLIS", "libblas": "reference BLAS"}
    try:
        with open("/proc/self/maps") as maps:
            libraries = maps.read()
    except OSError:
        return "BLAS not known"
    return next((name for key, name in names.items() if key in libraries), "built-in BLAS")


def main():
    threads = int(sys.argv[1])
    # Read when the libraries load. OpenBLAS has a thread pool of its own unless it is the OpenMP build.
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
        os.environ[name] = str(threads)
    only_matmul = "matmul" in sys.argv[2:]
    step, next_batch = None, 0

    def measure(steps):
        nonlocal next_batch
        ms, loss = [], None
        for _ in range(steps):
            start = time.perf_counter()
            loss = step(next_batch)
            ms.append((time.perf_counter() - start) * 1000)
            next_batch = (next_batch + 1) % BATCHES
        return {"ms": ms, "loss": None if loss is None else loss.item()}

    for line in sys.stdin:
        command = json.loads(line)
        if command["cmd"] == "exit":
            return
        if command["cmd"] == "measure":
            next_batch = command.get("batch", next_batch)
            reply = measure(command["steps"])
        else:
            try:
                import torch
            except ImportError:
                print(json.dumps({"unavailable": "this python3 has no torch"}), flush=True)
                continue
            torch.manual_seed(1)
            torch.set_num_threads(threads)
            make = make_matmuls if only_matmul else make_training
            step = make(torch, command["workload"])
            plural = "s" if threads > 1 else ""
            first = measure(1)
            reply = {
                "ready": True,
                "engine": f"PyTorch CPU, {blas_of_process()}, {threads} thread{plural}",
                "version": torch.__version__,
                "ms": first["ms"][0],
                "loss": first["loss"],
            }
        print(json.dumps(reply), flush=True)


main()
