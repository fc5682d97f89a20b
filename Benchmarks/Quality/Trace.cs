using System.Globalization;
using System.Text;
using MLPipes.AutoSearch;

namespace MLPipes.Benchmarks;

/// <summary>Notes when each new best came and, where asked, tells every outcome.</summary>
internal sealed class Trace(bool isTold) : IProgress<TrialEvent>
{
    private readonly StringBuilder bests = new();

    /// <summary>Seconds and validated score of each new best.</summary>
    public string Bests
    {
        get
        {
            lock (bests) return bests.ToString();
        }
    }

    public void Report(TrialEvent value)
    {
        if (value is TrialEvent.NewBest best)
            lock (bests)
                bests.Append(CultureInfo.InvariantCulture, $"{(bests.Length > 0 ? ";" : "")}{best.At.TotalSeconds:0.00}:{best.Score:0.00000}");
        if (!isTold) return;
        string? text = value switch
        {
            TrialEvent.Completed c => string.Create(CultureInfo.InvariantCulture, $"score {c.Score:0.00000} in {c.Seconds:0.00} s{(c.IsPartial ? ", cut short" : "")}"),
            TrialEvent.Dropped d => string.Create(CultureInfo.InvariantCulture, $"dropped, fold loss {d.FoldLoss:0.00000}, {d.Seconds:0.00} s"),
            TrialEvent.Failed f => $"FAILED {f.Reason}",
            TrialEvent.Skipped s => $"skipped: {s.Reason}",
            _ => null,
        };
        if (text is not null) Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  [{value.At.TotalSeconds,6:0.0}] {value.Number,3} {value.Plan.Trainer} ({value.Plan.Origin}{string.Concat(value.Plan.Featurizers.Select(f => "+" + f))}): {text}"));
    }
}
