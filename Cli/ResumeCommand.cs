using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Cli;

/// <summary><c>mlpipes resume</c>: goes on with a search from its journal, which says all that is needed.</summary>
internal sealed class ResumeCommand(Terminal terminal)
{
    private readonly Argument<string> journal = new("journal") { Description = "Journal of a search; train leaves it beside the model, or where --journal says." };
    private readonly Option<TimeSpan?> time = new("--time") { Description = "Time from now on, in place of the first run's limits; default what it had left.", CustomParser = OptionParsing.Duration, HelpName = "duration" };
    private readonly Option<int?> trials = new("--trials") { Description = "Most trials in all, earlier ones included, in place of the first run's limits.", CustomParser = OptionParsing.Count(1), HelpName = "N" };
    private readonly Option<string?> test = new("--test") { Description = "Table to score the result on; default the first run's.", HelpName = "data" };
    private readonly Option<string?> output = new("--out") { Description = "Where to save the model; default where the first run would have.", HelpName = "file" };
    private readonly Option<int?> threads = new("--threads") { Description = "Threads to use; default the first run's.", CustomParser = OptionParsing.Count(1, 4096), HelpName = "N" };
    private readonly Option<long?> memory = new("--memory") { Description = "Most memory to use, such as 4g; default the first run's.", CustomParser = OptionParsing.Bytes, HelpName = "size" };
    private readonly Option<Isolation?> isolation = OptionParsing.IsolationOption("Fits in processes of their own: auto, native, always or inprocess; default the first run's.");
    private readonly Option<string?> tensorboard = new("--tensorboard") { Description = "Folder for event files that TensorBoard shows while the search runs.", HelpName = "folder" };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON document." };

    public static Command Create(Terminal terminal)
    {
        ResumeCommand verb = new(terminal);
        Command command = new("resume", "Go on with a search that was interrupted, or that is to have more time.")
        {
            verb.journal, verb.time, verb.trials, verb.test, verb.output, verb.threads, verb.memory, verb.isolation, verb.tensorboard, verb.json,
        };
        command.SetAction(verb.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        string path = parsed.GetValue(journal)!;
        SearchRequest begun = Read(path);
        SearchRequest request = WithBudget(begun, path, parsed) with
        {
            Out = parsed.GetValue(output) ?? begun.Out,
            Test = parsed.GetValue(test) ?? begun.Test,
            Threads = parsed.GetValue(threads) ?? begun.Threads,
            MemoryBytes = parsed.GetValue(memory) ?? begun.MemoryBytes,
            Isolation = parsed.GetValue(isolation) ?? begun.Isolation,
        };
        string[] gone = [.. request.Trainers.Where(key => Catalog.Trainers.All(t => t.Card.Key != key))];
        if (gone.Length > 0) throw new StudyException($"The journal '{path}' was written by a version of mlpipes with other trainers ({string.Join(", ", gone)}). Go on with that version, or begin anew with --start-from '{path}'.");
        ModelOutput.Check("--out", request.Out);
        EncoderOption.Use(request.Encoder, terminal);

        int threadCount = request.Threads ?? Environment.ProcessorCount;
        Table table = TableInput.Read(request.Data, request.Kinds, threadCount);
        string[] missing = [.. request.Roles.Where(r => r.Value != ColumnRole.Ignore && table.Find(r.Key) is null).Select(r => r.Key)];
        if (missing.Length > 0) throw new TableException(missing[0], found: "no such column any more", expected: $"the columns that the search in '{path}' was begun with", source: request.Data);
        List<string> warnings = [];
        Table? testTable = request.Test is { } testPath ? TestTable.Read(testPath, table, new Roles { ByColumn = request.Roles }, request.Task, warnings, threadCount) : null;
        TableInput.Warn(terminal, warnings);
        return await new SearchSession(terminal, request, path, parsed.GetValue(tensorboard), parsed.GetValue(json)).RunAsync(table, testTable, warnings, cancel).ConfigureAwait(false);
    }

    private static SearchRequest Read(string path)
    {
        if (!Journal.NotesOf(path).TryGetValue(SearchRequest.Note, out string? text))
            throw new StudyException($"The journal '{path}' does not say what to go on with: its search was ended before it began, or was run from code. Run mlpipes train again, or go on in code with StudyOptions.Journal.");
        try
        {
            return JsonSerializer.Deserialize(text, RequestJson.Default.SearchRequest) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new StudyException($"The journal '{path}' was written by another version of mlpipes: {error.Message} Go on with that version, or begin anew.", error);
        }
    }

    /// <summary>What was left of the first run's time; a tenth of it, at least 3 seconds, where little or nothing was: the result has to be made.</summary>
    private SearchRequest WithBudget(SearchRequest begun, string path, ParseResult parsed)
    {
        TimeSpan? wantedTime = parsed.GetValue(time);
        int? wantedTrials = parsed.GetValue(trials);
        if (wantedTime is not null || wantedTrials is not null) return begun with { Time = wantedTime, Trials = wantedTrials };
        if (begun.Time is not { } whole) return begun;
        TimeSpan used = Journal.TimeUsedBy(path);
        double rest = (whole - used).TotalSeconds, least = Math.Max(3, whole.TotalSeconds / 10);
        if (rest < least) terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"note: {used.TotalSeconds:0} s of {whole.TotalSeconds:0} s are used; --time gives more."));
        return begun with { Time = TimeSpan.FromSeconds(Math.Max(rest, least)) };
    }
}
