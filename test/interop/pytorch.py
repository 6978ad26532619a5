"""Loads our weights into PyTorch, and PyTorch's into files that we load. Arguments: folder, cases as JSON."""
import json
import sys

import numpy as np
import torch
from torch import nn

# The layout of safetensors in a few lines, so that its package is not needed.
codes = {'F32': np.float32, 'I32': np.int32, 'I64': np.int64}
names = {np.dtype(kind): code for code, kind in codes.items()}


def load(path):
    with open(path, 'rb') as file:
        data = file.read()
    end = 8 + int.from_bytes(data[:8], 'little')
    header = json.loads(data[8:end])
    header.pop('__metadata__', None)
    return {
        name: torch.from_numpy(
            np.frombuffer(data[end + at['data_offsets'][0] : end + at['data_offsets'][1]], codes[at['dtype']])
            .reshape(at['shape'])
            .copy()
        )
        for name, at in header.items()
    }


def save(tensors, path):
    header, parts, place = {}, [], 0
    for name, tensor in tensors.items():
        array = tensor.detach().contiguous().numpy()
        parts.append(array.tobytes())
        offsets = [place, place + len(parts[-1])]
        header[name] = {'dtype': names[array.dtype], 'shape': list(array.shape), 'data_offsets': offsets}
        place = offsets[1]
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as file:
        file.write(len(text).to_bytes(8, 'little') + text + b''.join(parts))


class Text(nn.Sequential):
    """Recurrent layers give a tuple, of which the next layer takes a part."""

    def forward(self, x):
        embed, first, norm, second, last = self
        sequence, _ = first(embed(x))
        _, state = second(norm(sequence))
        return last(state[0])


def image():
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1, stride=(1, 2)),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Conv2d(4, 6, (3, 2), groups=2, dilation=(1, 2), bias=False),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(6 * 2, 3),
    )


def text():
    return Text(
        nn.Embedding(7, 5),
        nn.LSTM(5, 4, batch_first=True),
        nn.LayerNorm(4),
        nn.GRU(4, 3, batch_first=True),
        nn.Linear(3, 2),
    )


def their_step(case, folder):
    """The parameters after one more step, from our parameters and slots."""
    given = load(f"{folder}/{case['name']}.safetensors")
    parts = {}
    for name, tensor in given.items():
        kind, path = name.split('/')
        parts.setdefault(kind, {})[path] = tensor
    net = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 1))
    net.load_state_dict(parts.pop('start'))
    batch = parts.pop('batch')
    optimizer = getattr(torch.optim, case['optimizer'])(net.parameters(), **case['settings'])
    for path, param in net.named_parameters():
        slots = {slot: tensors[path] for slot, tensors in parts.items()}
        optimizer.state[param] = {'step': torch.tensor(float(case['step'])), **slots}
    nn.functional.mse_loss(net(batch['x']), batch['y']).backward()
    optimizer.step()
    return {path: param.detach().flatten().tolist() for path, param in net.named_parameters()}


torch.set_num_threads(1)
torch.manual_seed(2006)
folder, cases = sys.argv[1], json.loads(sys.argv[2])
results = {'ours': {}, 'steps': {}}
for name, build in {'image': image, 'text': text}.items():
    x = load(f'{folder}/{name}-inputs.safetensors')['x']
    theirs = build()
    for _ in range(3):
        theirs(x)
    theirs.eval()
    save(theirs.state_dict(), f'{folder}/{name}-theirs.safetensors')
    save({'y': theirs(x)}, f'{folder}/{name}-outputs.safetensors')

    ours = build().eval()
    ours.load_state_dict(load(f'{folder}/{name}-ours.safetensors'))
    results['ours'][name] = ours(x).flatten().tolist()
for case in cases:
    results['steps'][case['name']] = their_step(case, folder)
print(json.dumps(results))
