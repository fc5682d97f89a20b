using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MLPipes.Pipelines;
using MLPipes.Trainers.Torch;

namespace MLPipes.Cli;

/// <summary><c>mlpipes pretrain</c>: an encoder learns from texts without labels, from scratch or from one that is there.</summary>
internal sealed class PretrainCommand(Terminal terminal)
{
    // What is left of the time for telling the result and ending the process.
    private const double FinishShare = 0.02;
    private static readonly TimeSpan longestFinish = TimeSpan.FromSeconds(2);

    private readonly Argument<string> corpus = new("corpus") { Description = "Texts to learn from: a file with a text a line, gzip-compressed or not, a table, or a folder of such files." };
    private readonly Option<string> output = new("--out") { Description = "Folder for the encoder.", Required = true, HelpName = "folder" };
    private readonly Option<string?> encoder = new("--encoder") { Description = "Encoder to go on from: a folder, or a name such as sentence-transformers/all-MiniLM-L6-v2; default none, from scratch.", HelpName = "folder|name" };
    private readonly Option<string?> column = new("--column") { Description = "Column of a table with the texts; default the one with the longest.", HelpName = "column" };
    private readonly Option<TimeSpan?> time = new("--time") { Description = "Time for everything, from the start of the process to its end: 5m, 1h; default no limit.", CustomParser = OptionParsing.Duration, HelpName = "duration" };
    private readonly Option<int?> epochs = new("--epochs") { Description = "Passes over the texts; default 20 from scratch, 5 with --encoder.", CustomParser = OptionParsing.Count(1, 100_000), HelpName = "N" };
    private readonly Option<int?> vocabulary = new("--vocabulary") { Description = "From scratch: most pieces of the vocabulary; default 8000 to 30000 by the texts' size.", CustomParser = OptionParsing.Count(300, 1_000_000), HelpName = "N" };
    private readonly Option<int?> maxLength = new("--max-length") { Description = "Most tokens of a sequence; default 128.", CustomParser = OptionParsing.Count(8, 16_384), HelpName = "N" };
    private readonly Option<string?> checkpoint = new("--checkpoint") { Description = "Folder for a checkpoint, from which the same command goes on.", HelpName = "folder" };
    private readonly Option<string?> tensorboard = new("--tensorboard") { Description = "Folder for event files that TensorBoard shows while it trains.", HelpName = "folder" };
    private readonly Option<int?> seed = new("--seed") { Description = "Seed of everything random; default 1.", CustomParser = OptionParsing.Count(0), HelpName = "N" };
    private readonly Option<int?> threads = new("--threads") { Description = "Threads to use; default all cores.", CustomParser = OptionParsing.Count(1, 4096), HelpName = "N" };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON document." };

    public static Command Create(Terminal terminal)
    {
        PretrainCommand verb = new(terminal);
        Command command = new("pretrain", "Pre-train a text encoder on texts without labels, from scratch or from one that is there.")
        {
            verb.corpus, verb.output, verb.encoder, verb.column, verb.time, verb.epochs, verb.vocabulary, verb.maxLength, verb.checkpoint, verb.tensorboard,
            verb.seed, verb.threads, verb.json,
        };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string folder = parsed.GetValue(output)!;
        ModelOutput.Check("--out", Path.Combine(folder, "config.json"));
        string? named = parsed.GetValue(encoder), start = string.IsNullOrWhiteSpace(named) ? null : ModelStore.Resolve(named.Trim(), new ToldDownloads(terminal), terminal.Stop);
        if (start is not null && Path.TrimEndingDirectorySeparator(Path.GetFullPath(start)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))
            throw new OptionsException("--out", [$"'{folder}' is the encoder's own folder, which would be overwritten. Name another one."]);
        PretrainingOptions options = new()
        {
            Encoder = start,
            Epochs = parsed.GetValue(epochs),
            VocabularySize = parsed.GetValue(vocabulary),
            CheckpointFolder = parsed.GetValue(checkpoint),
            LogFolder = parsed.GetValue(tensorboard),
        };
        if (parsed.GetValue(maxLength) is { } length) options = options with { MaxLength = length };
        FitContext context = new()
        {
            Seed = parsed.GetValue(seed) ?? 1,
            Threads = parsed.GetValue(threads) ?? Environment.ProcessorCount,
            Time = terminal.Clock,
            Deadline = parsed.GetValue(time) is { } budget ? terminal.Started + budget - FinishOf(budget) : null,
            Cancel = terminal.Stop,
            Progress = new PretrainProgress(terminal),
        };
        PretrainingResult result = Pretraining.Run(TextCorpus.Read(parsed.GetValue(corpus)!, parsed.GetValue(column)), folder, options, context);
        if (parsed.GetValue(json)) terminal.Out.WriteLine(JsonSerializer.Serialize(PretrainDocument.Of(result, start, terminal.Elapsed), Documents.Readable.PretrainDocument));
        else Show(result, start);
        return ExitCodes.Done;
    }

    private static TimeSpan FinishOf(TimeSpan budget) => budget * FinishShare < longestFinish ? budget * FinishShare : longestFinish;

    private void Show(PretrainingResult result, string? start)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        terminal.Out.WriteLine(string.Create(culture, $"{(start is null ? "From scratch" : $"From {EncoderOption.NameOf(start)}")}: {result.Documents:#,##0} texts, {result.Tokens:#,##0} tokens, a vocabulary of {result.VocabularySize:#,##0}, {result.Parameters / 1e6:0.0} million weights."));
        terminal.Out.WriteLine(string.Create(culture, $"On {result.HeldOutMasked:#,##0} hidden tokens of {result.HeldOutDocuments:#,##0} held-out texts:"));
        Line("always the commonest", result.Commonest);
        Line(result.IsHeadFresh ? "before (fresh head)" : "before", result.Before);
        Line("after", result.After);
        terminal.Out.WriteLine(string.Create(culture, $"{result.Updates:#,##0} updates at {result.TokensPerSecond:#,##0} tokens/s, {terminal.Elapsed.TotalSeconds:0.0} s in all{(result.IsShortened ? "; the time ended it" : "")}."));
        terminal.Out.WriteLine($"Encoder: {result.Directory}");

        void Line(string what, MaskedScore score) => terminal.Out.WriteLine(string.Create(culture, $"  {what,-22} perplexity {score.Perplexity,12:#,##0.00}   masked accuracy {score.Accuracy:0.0000}"));
    }

    /// <summary>Says which file of a model is being fetched.</summary>
    private sealed class ToldDownloads(Terminal terminal) : IProgress<ModelDownload>
    {
        private readonly HashSet<string> told = new(StringComparer.Ordinal);

        public void Report(ModelDownload value)
        {
            lock (told)
            {
                if (told.Add(value.File)) terminal.Error.WriteLine($"downloading {value.File} of {value.Model}");
            }
        }
    }
}
