using System.Runtime.InteropServices;
using MLPipes.Pipelines;
using MLPipes.Trainers.Torch;

namespace MLPipes.Benchmarks;

/// <summary>Batches of token ids that both sides train on: texts of like lengths together.</summary>
internal sealed class TorchBatches
{
    private const int MaxLength = 128, Seed = 1;

    /// <param name="Ids">[rows × length], filled up with the padding's id.</param>
    /// <param name="Sizes">Tokens of each row.</param>
    /// <param name="Labels">Class of each row.</param>
    /// <param name="Length">Tokens of the longest row.</param>
    public sealed record Batch(int[] Ids, int[] Sizes, int[] Labels, int Length)
    {
        public long Tokens => Sizes.Sum(s => (long)s);
    }

    /// <summary>Reads a table with the columns text and label.</summary>
    public TorchBatches(string csv, string model, int batchSize)
    {
        Table table = Table.ReadCsv(csv);
        ITextTokenizer tokenizer = Tokenizers.Load(model);
        string[] texts = Cells(table, "text"), labels = Cells(table, "label");
        string[] classes = [.. labels.Distinct().Order(StringComparer.Ordinal)];
        long[][] rows = Array.ConvertAll(texts, text =>
        {
            int[] ids = tokenizer.Tokenize(text).Ids;
            long[] row = new long[TokenSequence.Length(ids.Length, tokenizer.Special, MaxLength)];
            TokenSequence.Write(ids, tokenizer.Special, MaxLength, row);
            return row;
        });
        All = [.. LengthBuckets.For(Array.ConvertAll(rows, r => r.Length), batchSize, Seed, epoch: 0).Select(at => Make(at, rows, labels, classes, tokenizer.Special.Pad))];
    }

    public IReadOnlyList<Batch> All { get; }

    /// <summary>Writes them as int32: the number of batches, then for each rows, length, ids, sizes, labels.</summary>
    public void Write(string path)
    {
        List<int> numbers = [All.Count];
        foreach (Batch batch in All) numbers.AddRange([batch.Sizes.Length, batch.Length, .. batch.Ids, .. batch.Sizes, .. batch.Labels]);
        File.WriteAllBytes(path, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(numbers)).ToArray());
    }

    private static Batch Make(int[] at, long[][] rows, string[] labels, string[] classes, int pad)
    {
        int length = at.Max(r => rows[r].Length);
        int[] ids = new int[at.Length * length];
        Array.Fill(ids, pad);
        for (int i = 0; i < at.Length; i++)
            for (int t = 0; t < rows[at[i]].Length; t++) ids[(i * length) + t] = (int)rows[at[i]][t];
        return new Batch(ids, Array.ConvertAll(at, r => rows[r].Length), Array.ConvertAll(at, r => Array.IndexOf(classes, labels[r])), length);
    }

    private static string[] Cells(Table table, string name)
    {
        Column column = table[name];
        string[] cells = new string[table.RowCount];
        for (int row = 0; row < cells.Length; row++) cells[row] = column.TextAt(row) ?? "";
        return cells;
    }
}
