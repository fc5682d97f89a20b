using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Sizes of the light network, and how its dropout is.</summary>
/// <param name="WordWidth">Width of a word's vector.</param>
/// <param name="CharacterWidth">Width of a character's vector.</param>
/// <param name="Filters">Features that are made of a word's characters.</param>
/// <param name="Hidden">Width of each direction of the LSTM.</param>
internal readonly record struct LstmSizes(int WordWidth, int CharacterWidth, int Filters, int Hidden);

/// <summary>A bidirectional LSTM over words, each a vector of its own, features of its characters and the pattern of its letters; learned from scratch.</summary>
/// <remarks>
/// Source: Ma and Hovy, End-to-end Sequence Labeling via Bi-directional LSTM-CNNs-CRF, ACL 2016; with patterns of letters in addition, and without
/// pre-trained vectors. Words are looked up in small letters; what occurs once in training is learned as unknown half of the time, and any word now and then.
/// </remarks>
internal sealed class LstmTagNetwork : ITagNetwork
{
    /// <summary>Most characters of a word that are looked at, from its beginning.</summary>
    public const int MostCharacters = 20;

    private const int PatternWidth = 8, Kernel = 3;
    private const double Dropout = 0.5, ForgottenShare = 0.5, CommonForgottenShare = 0.05;

    private readonly Net net;
    private readonly int tags;

    /// <param name="vocabulary">Words and characters.</param>
    /// <param name="sizes">Widths.</param>
    /// <param name="tags">How many tags there are.</param>
    /// <param name="seed">Seed of the fresh weights.</param>
    /// <param name="device">Where it lives.</param>
    public LstmTagNetwork(WordVocabulary vocabulary, LstmSizes sizes, int tags, int seed, Device device)
    {
        (Vocabulary, Sizes, this.tags, Device) = (vocabulary, sizes, tags, device);
        net = new Net(vocabulary, sizes, tags, seed, device);
    }

    public WordVocabulary Vocabulary { get; }

    public LstmSizes Sizes { get; }

    public Device Device { get; }

    public nn.Module Module => net;

    public WordRows? Words => null;

    public double HeadFactor => 1;

    public IReadOnlyList<TrainedWeight> Weights => [.. net.named_parameters().Select(p => new TrainedWeight(p.name, p.parameter))];

    public IReadOnlyList<ITagWindow> Windows(WordRun run) => run.Count == 0 ? [] : [Vocabulary.Encode(run)];

    public Tensor Emissions(IReadOnlyList<ITagWindow> windows, NoiseSource? noise)
    {
        using DisposeScope scope = NewDisposeScope();
        // The recurrence wants the longest first.
        int[] order = [.. Enumerable.Range(0, windows.Count).OrderByDescending(i => windows[i].Tokens)];
        int longest = windows[order[0]].Tokens, total = windows.Sum(w => w.Tokens);
        long[] words = new long[total], patterns = new long[total], characters = new long[total * MostCharacters], cells = new long[windows.Count * longest], back = new long[total], lengths = new long[windows.Count];
        bool[] forget = noise is null ? [] : Forgotten(windows, order, noise);
        int[] firsts = new int[windows.Count];
        for (int i = 1; i < firsts.Length; i++) firsts[i] = firsts[i - 1] + windows[i - 1].Tokens;
        for (int row = 0, at = 0; row < order.Length; row++)
        {
            LstmWindow window = (LstmWindow)windows[order[row]];
            lengths[row] = window.Tokens;
            for (int i = 0; i < window.Tokens; i++, at++)
            {
                words[at] = forget.Length > 0 && forget[at] ? WordVocabulary.Unknown : window.Words[i];
                patterns[at] = window.Patterns[i];
                for (int c = 0; c < MostCharacters; c++) characters[(at * MostCharacters) + c] = window.Characters[(i * MostCharacters) + c];
                cells[(row * longest) + i] = at;
                back[firsts[order[row]] + i] = (row * longest) + i;
            }
        }
        Tensor inputs = net.Inputs(tensor(words, device: Device), tensor(characters, [total, MostCharacters], device: Device), tensor(patterns, device: Device));
        if (noise is not null) inputs = noise.Dropout(inputs, Dropout);
        Tensor padded = inputs.index_select(0, tensor(cells, device: Device)).view(windows.Count, longest, inputs.shape[1]);
        Tensor states = net.Read(padded, tensor(lengths)).reshape(windows.Count * longest, 2L * Sizes.Hidden).index_select(0, tensor(back, device: Device));
        if (noise is not null) states = noise.Dropout(states, Dropout);
        return net.Score(states).MoveToOuterDisposeScope();
    }

    /// <summary>The weights by name, for a model's file.</summary>
    public IReadOnlyList<(string Name, float[] Values)> Values() => [.. net.named_parameters().Select(p => (p.name, TextEncoder.Values(p.parameter)))];

    /// <summary>Puts weights back.</summary>
    /// <exception cref="ArgumentException">There are not as many values as the network has.</exception>
    public void Restore(IReadOnlyList<float[]> values)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        Parameter[] parameters = [.. net.named_parameters().Select(p => p.parameter)];
        if (values.Count != parameters.Length) throw new ArgumentException($"There are {values.Count} weights where the network has {parameters.Length}.", nameof(values));
        for (int i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].numel() != values[i].Length) throw new ArgumentException($"A weight holds {values[i].Length} values where {parameters[i].numel()} are expected.", nameof(values));
            parameters[i].copy_(tensor(values[i], device: Device).view(parameters[i].shape));
        }
    }

    public void Dispose() => net.Dispose();

    private bool[] Forgotten(IReadOnlyList<ITagWindow> windows, int[] order, NoiseSource noise)
    {
        long[] words = [.. order.SelectMany(i => ((LstmWindow)windows[i]).Words.Select(w => (long)w))];
        using Tensor drawn = noise.Uniform([words.Length], 0, 1, CPU);
        float[] chances = TextEncoder.Values(drawn);
        return [.. words.Select((word, i) => chances[i] < (Vocabulary.IsRare((int)word) ? ForgottenShare : CommonForgottenShare))];
    }

    private sealed class Net : nn.Module
    {
        private readonly Parameter words, characters, patterns, filters, filterBias, weight, bias;
        private readonly LSTM lstm;

        public Net(WordVocabulary vocabulary, LstmSizes sizes, int tags, int seed, Device device) : base("bilstm")
        {
            // No dispose scope here: it would take the weights with it that the LSTM makes of its own.
            using NoiseSource noise = new(seed ^ 0x5EED);
            int inputs = sizes.WordWidth + sizes.Filters + PatternWidth;
            words = Fresh([vocabulary.Words + WordVocabulary.Reserved, sizes.WordWidth], Math.Sqrt(3.0 / sizes.WordWidth));
            characters = Fresh([vocabulary.Characters + WordVocabulary.Reserved, sizes.CharacterWidth], Math.Sqrt(3.0 / sizes.CharacterWidth));
            patterns = Fresh([WordPatterns.Count, PatternWidth], Math.Sqrt(3.0 / PatternWidth));
            filters = Fresh([sizes.Filters, sizes.CharacterWidth, Kernel], Math.Sqrt(6.0 / ((Kernel * sizes.CharacterWidth) + sizes.Filters)));
            filterBias = Fresh([sizes.Filters], 0);
            weight = Fresh([tags, 2 * sizes.Hidden], Math.Sqrt(6.0 / ((2 * sizes.Hidden) + tags)));
            bias = Fresh([tags], 0);
            lstm = nn.LSTM(inputs, sizes.Hidden, batchFirst: true, bidirectional: true, device: device);
            RegisterComponents();
            using (no_grad())
            {
                // torch's own start draws from one generator for the whole process.
                double bound = 1 / Math.Sqrt(sizes.Hidden);
                                foreach ((_, Parameter parameter) in lstm.named_parameters())
                {
                    using Tensor drawn = noise.Uniform(parameter.shape, -bound, bound, CPU);
                    parameter.copy_(drawn);
                }
            }

            Parameter Fresh(long[] shape, double bound)
            {
                Tensor drawn = noise.Uniform(shape, -bound, Math.Max(bound, 1e-30), CPU);
                return new Parameter(device.type == DeviceType.CPU ? drawn : drawn.to(device, disposeAfter: true));
            }
        }

        /// <summary>[words × inputs] of ids.</summary>
        public Tensor Inputs(Tensor word, Tensor character, Tensor pattern)
        {
            long count = word.shape[0], width = characters.shape[1];
            Tensor letters = characters.index_select(0, character.reshape(-1)).view(count, MostCharacters, width).transpose(1, 2);
            Tensor made = nn.functional.conv1d(letters, filters, filterBias, padding: Kernel / 2).amax([2]);
            return cat([words.index_select(0, word), made, patterns.index_select(0, pattern)], 1);
        }

        /// <summary>[sentences × longest × 2 hidden].</summary>
        public Tensor Read(Tensor inputs, Tensor lengths)
        {
            using nn.utils.rnn.PackedSequence packed = nn.utils.rnn.pack_padded_sequence(inputs, lengths, batch_first: true, enforce_sorted: true);
            (nn.utils.rnn.PackedSequence read, Tensor _, Tensor _) = lstm.call(packed);
            using (read) return nn.utils.rnn.pad_packed_sequence(read, batch_first: true, total_length: inputs.shape[1]).Item1;
        }

        public Tensor Score(Tensor states) => nn.functional.linear(states, weight, bias);
    }
}
