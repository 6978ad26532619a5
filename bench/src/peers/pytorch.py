"""PyTorch in eager mode on the CPU. Arguments: the number of threads, and `matmul` to time only
the matrix products of one step instead of training."""

import json
import os
import sys
import time

BATCHES = 20


def make_batches(torch, workload):
    batch, width, classes = workload["batch"], workload["sizes"][0], workload["sizes"][-1]
    if workload["loss"] == "mse":
        bits = torch.tensor([[row & 1, (row >> 1) & 1] for row in range(batch)]).float()
        targets = 0.5 * (bits[:, :1] != bits[:, 1:]).float()
        return [(bits + 0.1 * torch.rand(batch, 2), targets) for _ in range(BATCHES)]
    centres = torch.randn(classes, width)
    batches = []
    for _ in range(BATCHES):
        sources = torch.randint(classes, (batch,))
        labels = torch.where(torch.rand(batch) < 0.3, torch.randint(classes, (batch,)), sources)
        batches.append((centres[sources] + 0.05 * torch.randn(batch, width), labels))
    return batches


def make_training(torch, workload):
    """The step on batch i; returns the loss as a tensor."""
    sizes, nn = workload["sizes"], torch.nn
    activation = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}[workload["activation"]]
    layers = []
    for width, units in zip(sizes, sizes[1:]):
        layers += [nn.Linear(width, units), activation()]
    model = nn.Sequential(*layers[:-1])
    loss_of = {"crossEntropy": nn.CrossEntropyLoss, "mse": nn.MSELoss}[workload["loss"]]()
    kinds = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}
    # foreach updates all parameters in a few calls: the faster of the two kinds on the CPU.
    optimizer = kinds[workload["optimizer"]["kind"]](
        model.parameters(), lr=workload["optimizer"]["learningRate"], foreach=True
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
    batch, sizes = workload["batch"], workload["sizes"]
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
            reply = {
                "ready": True,
                "engine": f"PyTorch CPU, {blas_of_process()}, {threads} thread{plural}",
                "version": torch.__version__,
                "loss": measure(1)["loss"],
            }
        print(json.dumps(reply), flush=True)


main()
