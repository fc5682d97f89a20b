using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>A folder with a tiny encoder of random weights and its WordPiece vocabulary, and sets of texts that can be told apart.</summary>
internal sealed class ToyEncoder : IDisposable
{
    private static readonly string[] good = ["fine", "bright", "warm", "kind", "sweet"], bad = ["dull", "cold", "rude", "bitter", "grim"],
        plain = ["the", "room", "was", "very", "and", "film", "a", "one", "of", "it"];

    private readonly EncoderFolder folder = new(Path.Combine(Path.GetTempPath(), $"mlpipes-toy-{Guid.NewGuid():N}"), Words, width: 32, layers: 2);

    public string Folder => folder.Path;

    private static IEnumerable<string> Words =>
        ((IEnumerable<string>)[.. good, .. bad, .. plain, .. Letters, .. Letters.Select(c => $"##{c}")]).Distinct();

    private static IEnumerable<string> Letters => Enumerable.Range('a', 26).Select(c => ((char)c).ToString());

    /// <summary>The folder, its vocabulary changed in one word.</summary>
    public string WithAnotherWord()
    {
        string file = Path.Combine(Folder, "vocab.txt");
        File.WriteAllLines(file, File.ReadAllLines(file).Select(w => w == "room" ? "hall" : w));
        return Folder;
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Texts whose class is told by two of their words.</summary>
    public static (string[] Texts, string[] Labels) Texts(int count, int seed, int classes = 2, int filler = 6)
    {
        Random random = new(seed);
        string[] texts = new string[count], labels = new string[count];
        for (int i = 0; i < count; i++)
        {
            int label = random.Next(classes);
            // Three classes: only good words, only bad ones, one of each.
            string[] telling = label switch { 0 => [Pick(good), Pick(good)], 1 => [Pick(bad), Pick(bad)], _ => [Pick(good), Pick(bad)] };
            string[] all = [.. telling, .. Enumerable.Range(0, random.Next(1, filler)).Select(_ => Pick(plain))];
            random.Shuffle(all);
            (texts[i], labels[i]) = (string.Join(' ', all), ((string[])["good", "bad", "mixed"])[label]);
        }
        return (texts, labels);

        string Pick(string[] from) => from[random.Next(from.Length)];
    }

    /// <summary>A training set over the folder's tokens, all columns of texts and a quantity where one is given.</summary>
    public TrainingSet Set(MLTask task, IReadOnlyList<string> classes, float[] labels, float[]? quantity, params (string Name, string[] Texts)[] columns)
    {
        ITextTokenizer tokenizer = Tokenizers.Load(Folder);
        int[][][] tokens = [.. columns.Select(c => c.Texts.Select(t => tokenizer.Tokenize(t).Ids).ToArray())];
        int[] widths = [.. tokens.Select(t => Math.Max(1, t.Max(ids => ids.Length)))];
        List<FeatureInfo> features = [];
        for (int c = 0; c < columns.Length; c++)
            features.AddRange(Enumerable.Range(0, widths[c]).Select(i => new FeatureInfo($"{columns[c].Name}@{i}", columns[c].Name) { IsTokenId = true }));
        if (quantity is not null) features.Add(new FeatureInfo("quantity", "quantity"));
        float[] values = new float[labels.Length * features.Count];
        for (int row = 0; row < labels.Length; row++)
        {
            for (int c = 0, at = row * features.Count; c < columns.Length; at += widths[c++])
                for (int i = 0; i < tokens[c][row].Length; i++) values[at + i] = tokens[c][row][i] + 1;
            if (quantity is not null) values[((row + 1) * features.Count) - 1] = quantity[row];
        }
        return new TrainingSet(FeatureMatrix.Dense(values, features), new Target("label", task, labels, classes));
    }

    /// <summary>Share of the rows whose class has the highest score.</summary>
    public static double Accuracy(IModel model, TrainingSet data)
    {
        float[] scores = model.ScoreAll(data.Features);
        int outputs = model.OutputCount, right = 0;
        for (int row = 0; row < data.Rows; row++)
        {
            float[] mine = scores[(row * outputs)..((row + 1) * outputs)];
            int given = outputs == 1 ? (mine[0] > 0 ? 1 : 0) : Array.IndexOf(mine, mine.Max());
            if (given == (int)data.Labels[row]) right++;
        }
        return (double)right / data.Rows;
    }

    public TrainingSet Binary(int count = 240, int seed = 1, int filler = 6) => Classes(MLTask.Binary, ["bad", "good"], count, seed, filler);

    public TrainingSet Multiclass(int count = 300, int seed = 1) => Classes(MLTask.Multiclass, ["bad", "good", "mixed"], count, seed, 6);

    private TrainingSet Classes(MLTask task, string[] classes, int count, int seed, int filler)
    {
        (string[] texts, string[] labels) = Texts(count, seed, classes.Length, filler);
        return Set(task, classes, [.. labels.Select(l => (float)Array.IndexOf(classes, l))], null, ("text", texts));
    }
}
