"""BERT for the benchmark 'torch', written on plain PyTorch: the same weights and batches as mlpipes, trained the way Hugging Face's Trainer does.

Arguments: model folder, file of batches, threads. Then on standard input one command a line, "train N" or "infer N" with " bf16" behind for
bfloat16; the answer is one line: tokens, seconds, seconds of all cores, mean loss (0 for infer).
"""
import json
import struct
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


def read_weights(path):
    types = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    weights = {}
    for name, entry in json.loads(data[8:8 + size]).items():
        if name != "__metadata__" and entry["dtype"] in types:
            start, end = entry["data_offsets"]
            part = bytearray(data[8 + size + start:8 + size + end])
            weights[name] = torch.frombuffer(part, dtype=types[entry["dtype"]]).float().reshape(entry["shape"])
    return weights


class Layer(nn.Module):
    def __init__(self, config, weights, prefix):
        super().__init__()
        self.heads, self.drop, self.scale_by = config["num_attention_heads"], config["hidden_dropout_prob"], config["attention_probs_dropout_prob"]

        def linear(name):
            w = weights[prefix + name + ".weight"]
            made = nn.Linear(w.shape[1], w.shape[0])
            made.weight.data, made.bias.data = w.clone(), weights[prefix + name + ".bias"].clone()
            return made

        def norm(name):
            made = nn.LayerNorm(config["hidden_size"], eps=config["layer_norm_eps"])
            made.weight.data, made.bias.data = weights[prefix + name + ".weight"].clone(), weights[prefix + name + ".bias"].clone()
            return made

        self.q, self.k, self.v = (linear("attention.self." + n) for n in ("query", "key", "value"))
        self.o, self.n1 = linear("attention.output.dense"), norm("attention.output.LayerNorm")
        self.up, self.down, self.n2 = linear("intermediate.dense"), linear("output.dense"), norm("output.LayerNorm")

    def forward(self, x, bias):
        b, t, h = x.shape
        q, k, v = (p(x).view(b, t, self.heads, h // self.heads).transpose(1, 2) for p in (self.q, self.k, self.v))
        scores = q @ k.transpose(-1, -2) / (h // self.heads) ** 0.5
        if bias is not None:
            scores = scores + bias
        p = F.dropout(scores.softmax(-1), self.scale_by, self.training)
        x = self.n1(x + F.dropout(self.o((p @ v).transpose(1, 2).reshape(b, t, h)), self.drop, self.training))
        return self.n2(x + F.dropout(self.down(F.gelu(self.up(x))), self.drop, self.training))


class Bert(nn.Module):
    def __init__(self, config, weights, classes=2):
        super().__init__()
        table = lambda name: nn.Embedding.from_pretrained(weights["embeddings." + name].clone(), freeze=False)
        self.words, self.places, self.types = table("word_embeddings.weight"), table("position_embeddings.weight"), table("token_type_embeddings.weight")
        self.norm = nn.LayerNorm(config["hidden_size"], eps=config["layer_norm_eps"])
        self.norm.weight.data, self.norm.bias.data = weights["embeddings.LayerNorm.weight"].clone(), weights["embeddings.LayerNorm.bias"].clone()
        self.drop = config["hidden_dropout_prob"]
        self.layers = nn.ModuleList(Layer(config, weights, f"encoder.layer.{i}.") for i in range(config["num_hidden_layers"]))
        self.head = nn.Linear(config["hidden_size"], classes)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def hidden(self, ids, mask):
        x = self.words(ids) + self.places.weight[:ids.shape[1]] + self.types.weight[0]
        x = F.dropout(self.norm(x), self.drop, self.training)
        bias = None if bool(mask.all()) else ((1 - mask) * torch.finfo(torch.float32).min)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def forward(self, ids, mask):
        x = self.hidden(ids, mask).float()
        pooled = (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        return self.head(F.dropout(pooled, self.drop, self.training))


def read_batches(path):
    numbers = torch.frombuffer(bytearray(open(path, "rb").read()), dtype=torch.int32).long()
    batches, at = [], 1
    for _ in range(int(numbers[0])):
        rows, length = int(numbers[at]), int(numbers[at + 1])
        ids = numbers[at + 2:at + 2 + rows * length].view(rows, length)
        at += 2 + rows * length
        sizes, labels = numbers[at:at + rows], numbers[at + rows:at + 2 * rows]
        at += 2 * rows
        mask = (torch.arange(length)[None, :] < sizes[:, None]).float()
        batches.append((ids.clone(), mask, labels.clone(), int(sizes.sum())))
    return batches


def check(model, folder):
    """Largest difference to the hidden states shipped beside the weights."""
    reference = json.load(open(folder + "/reference.json"))
    ids = {t["text"]: t["ids"] for t in reference["tokenization"]}
    worst = 0.0
    with torch.inference_mode():
        for case in reference["hidden_states"]["cases"]:
            if case["text"] in ids:
                row = torch.tensor([ids[case["text"]]])
                found = model.hidden(row, torch.ones(row.shape))[0, :, :8]
                worst = max(worst, float((found - torch.tensor(case["last_hidden_state_first8"])).abs().max()))
    return worst


def main():
    folder, file, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = Bert(json.load(open(folder + "/config.json")), read_weights(folder + "/model.safetensors")).eval()
    print(torch.__version__, check(model, folder), flush=True)
    batches, at = read_batches(file), {"train": 0, "infer": 0}
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, weight_decay=0.01, foreach=True)
    for line in sys.stdin:
        verb, count, *rest = line.split()
        tokens = loss_sum = 0.0
        start, used = time.perf_counter(), time.process_time()
        for _ in range(int(count)):
            ids, mask, labels, size = batches[at[verb] % len(batches)]
            at[verb], tokens = at[verb] + 1, tokens + size
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled="bf16" in rest):
                if verb == "infer":
                    model.eval()
                    with torch.inference_mode():
                        model(ids, mask)
                    continue
                model.train()
                loss = F.cross_entropy(model(ids, mask), labels)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            loss_sum += float(loss.detach())
        print(int(tokens), time.perf_counter() - start, time.process_time() - used, loss_sum / int(count), flush=True)


main()
