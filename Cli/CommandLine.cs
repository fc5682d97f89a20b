using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using MLPipes.Pipelines;

namespace MLPipes.Cli;

/// <summary>The command <c>mlpipes</c>: its verbs, and the one border where every error becomes one line and an exit code.</summary>
public static class CommandLine
{
    private const string TraceVariable = "MLPIPES_TRACE";

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The arguments without the program's name.</param>
    /// <param name="terminal">Where it reads and writes.</param>
    /// <returns>The exit code; see <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        try
        {
            ParseResult parsed = Root(terminal).Parse(args);
            if (parsed.Action is ParseErrorAction)
            {
                await terminal.Error.WriteLineAsync($"error: {UsageProblem(parsed)}").ConfigureAwait(false);
                return ExitCodes.WrongInput;
            }
            InvocationConfiguration configuration = new() { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, terminal.Stop).ConfigureAwait(false);
        }
        catch (MLPipesException mistake)
        {
            return Fail(terminal, mistake, $"error: {OneLine(mistake.Message)}", ExitCodes.WrongInput);
        }
        catch (AggregateException several) when (several.Flatten().InnerExceptions.OfType<MLPipesException>().FirstOrDefault() is { } mistake)
        {
            return Fail(terminal, several, $"error: {OneLine(mistake.Message)}", ExitCodes.WrongInput);
        }
        catch (OperationCanceledException interrupted)
        {
            return Fail(terminal, interrupted, "error: interrupted before there was a result.", ExitCodes.Interrupted);
        }
        catch (OutOfMemoryException tooLarge)
        {
            return Fail(terminal, tooLarge, "error: there is not enough memory for this data; use fewer rows or columns, or a machine with more.", ExitCodes.WrongInput);
        }
        catch (Exception fault)
        {
            string message = $"error: a fault of mlpipes, not of your input: {fault.GetType().Name}: {OneLine(fault.Message)}";
            return Fail(terminal, fault, $"{message} Set {TraceVariable}=1 to see where, and report it.", ExitCodes.OurFault);
        }
    }

    /// <summary>The command and its verbs.</summary>
    internal static RootCommand Root(Terminal terminal) => new("mlpipes turns a table and a label into a validated, saved, scored model.")
    {
        TrainCommand.Create(terminal),
        PretrainCommand.Create(terminal),
        ResumeCommand.Create(terminal),
        EvaluateCommand.Create(terminal),
        PredictCommand.Create(terminal),
        ProfileCommand.Create(terminal),
        ListCommand.Create(terminal),
        DoctorCommand.Create(terminal),
    };

    /// <summary>All that is wrong with a command line, and where to read on, in one line.</summary>
    private static string UsageProblem(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command is RootCommand)
        {
            string[] verbs = [.. command.Subcommands.Select(c => c.Name)];
            string? unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
            string? nearest = unknown is null ? null : NearestName.Of(unknown, verbs);
            string what = unknown is null ? "No command was given." : $"There is no command '{unknown}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}";
            return $"{OneLine(what)} The commands are {string.Join(", ", verbs)}; run 'mlpipes --help' for usage.";
        }
        string[] absent = [.. command.Arguments.Where(a => parsed.GetResult(a) is not { Tokens.Count: > 0 }).Select(a => $"<{a.Name}> is missing.")];
        // The library's own message does not say which argument it misses.
        IEnumerable<string> problems = absent.Concat(parsed.Errors.Where(e => absent.Length == 0 || e.SymbolResult is not (ArgumentResult or CommandResult) || e.Message == TrainCommand.LabelMissing).Select(e => OneLine(e.Message))).Distinct();
        return $"{string.Join(" ", problems)} Run 'mlpipes {command.Name} --help' for usage.";
    }

    private static int Fail(Terminal terminal, Exception error, string line, int code)
    {
        try
        {
            terminal.Error.WriteLine(line);
            if (Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 } and not "0") terminal.Error.WriteLine(error);
        }
        catch (IOException)
        {
            // Nobody reads standard error any more; the exit code still tells.
        }
        return code;
    }

    private static string OneLine(string message)
    {
        string line = string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return line.EndsWith('.') || line.EndsWith('?') || line.EndsWith('!') || line.EndsWith('…') ? line : line + ".";
    }
}
