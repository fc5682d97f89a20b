using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Scores runs of words by a network, in batches of like lengths.</summary>
internal static class TagNetworks
{
    // Windows of one batch, and tokens, padding included: what keeps memory small and the processor busy.
    private const int MostWindows = 64, MostTokens = 4096;

    /// <summary>Scores of the tags of each run's words [words × tags].</summary>
    public static float[][] Emissions(ITagNetwork network, int tags, IReadOnlyList<WordRun> runs, CancellationToken cancel)
    {
        List<(int Run, ITagWindow Window)> windows = [];
        float[][] emissions = new float[runs.Count][];
        for (int i = 0; i < runs.Count; i++)
        {
            emissions[i] = new float[runs[i].Count * tags];
            if (runs[i].Count > 0) foreach (ITagWindow window in network.Windows(runs[i])) windows.Add((i, window));
        }
        // Long ones first, so that memory does not grow later.
        windows.Sort((a, b) => b.Window.Tokens.CompareTo(a.Window.Tokens));
        for (int at = 0; at < windows.Count;)
        {
            cancel.ThrowIfCancellationRequested();
            int count = Math.Clamp(MostTokens / Math.Max(1, windows[at].Window.Tokens), 1, MostWindows);
            List<(int Run, ITagWindow Window)> batch = windows.GetRange(at, Math.Min(count, windows.Count - at));
            at += batch.Count;
            float[] scores = Score(network, [.. batch.Select(b => b.Window)]);
            int from = 0;
            foreach ((int run, ITagWindow window) in batch)
            {
                int length = window.Scored.Count * tags;
                scores.AsSpan(from, length).CopyTo(emissions[run].AsSpan((window.Scored.First - runs[run].First) * tags));
                from += length;
            }
        }
        return emissions;
    }

    private static float[] Score(ITagNetwork network, ITagWindow[] windows)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable mode = inference_mode();
        Tensor values = network.Emissions(windows, noise: null).cpu().contiguous();
        return MemoryMarshal.Cast<byte, float>(values.bytes).ToArray();
    }
}
