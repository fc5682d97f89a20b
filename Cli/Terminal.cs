using System.Diagnostics;
using System.Text;
using Spectre.Console;

namespace MLPipes.Cli;

/// <summary>What a command reads from and writes to, so that a test can stand in for the process.</summary>
public sealed record Terminal
{
    /// <summary>Standard output: results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error: progress, warnings and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The bytes of standard output, for data; flush <see cref="Out"/> before writing to it.</summary>
    public required Stream OutBytes { get; init; }

    /// <summary>Opens standard input.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Whether standard error is a terminal that can redraw lines.</summary>
    public bool IsErrorLive { get; init; }

    /// <summary>Whether standard output is a terminal.</summary>
    public bool IsOutLive { get; init; }

    /// <summary>When the process began: time budgets count from here.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The clock; default the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Time since <see cref="Started"/>.</summary>
    public TimeSpan Elapsed => Clock.GetUtcNow() - Started;

    /// <summary>Asks for an early end.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess(CancellationToken stop)
    {
        bool canDraw = Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "");
        Stream output = Console.OpenStandardOutput();
        return new Terminal
        {
            Out = new StreamWriter(output, new UTF8Encoding(false)) { AutoFlush = true },
            OutBytes = output,
            Error = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true },
            OpenInput = Console.OpenStandardInput,
            IsErrorLive = !Console.IsErrorRedirected && canDraw && !OperatingSystem.IsBrowser(),
            IsOutLive = !Console.IsOutputRedirected && canDraw,
            Started = Process.GetCurrentProcess().StartTime.ToUniversalTime(),
            Stop = stop,
        };
    }

    /// <summary>A console that draws tables on standard output, without colour where it is no terminal.</summary>
    internal IAnsiConsole OutConsole() => ConsoleOn(Out, IsOutLive);

    /// <summary>A console that draws on standard error.</summary>
    internal IAnsiConsole ErrorConsole() => ConsoleOn(Error, IsErrorLive);

    private static IAnsiConsole ConsoleOn(TextWriter writer, bool isLive)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isLive ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isLive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isLive ? InteractionSupport.Yes : InteractionSupport.No,
        });
        // Where nobody's screen limits the width, a cell is not broken over lines.
        console.Profile.Width = isLive ? Math.Max(60, console.Profile.Width) : 200;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
