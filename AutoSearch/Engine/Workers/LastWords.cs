using System.Diagnostics;

namespace MLPipes.AutoSearch;

/// <summary>Takes in what a worker prints, so that it never waits for a reader, and remembers the first that it said.</summary>
internal sealed class LastWords
{
    private const int MaxLength = 240;

    private volatile string? text;

    public LastWords(Process process)
    {
        // A trainer may print without end; only the start of a complaint is of use.
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.Trim() is not { Length: > 0 } said || said.StartsWith("at ", StringComparison.Ordinal) || text is { Length: >= MaxLength }) return;
            string all = text is null ? said : $"{text} {said}";
            text = all.Length <= MaxLength ? all : all[..MaxLength];
        };
        process.BeginErrorReadLine();
        _ = DrainAsync(process.StandardOutput.BaseStream);
    }

    /// <summary>What it said; null for nothing.</summary>
    public string? Text => text;

    private static async Task DrainAsync(Stream output)
    {
        try
        {
            await output.CopyToAsync(Stream.Null).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The worker has ended.
        }
    }
}
