using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>What a fit of embedding bags is told.</summary>
internal sealed record BagPlan(int Width, int MaxWords, int MaxTerms, int Members, float Rate, double Dropout, int Epochs, int Patience);

/// <summary>Trains several networks side by side, an epoch each at a time, and keeps the epoch at which their mean score is best.</summary>
internal sealed class BagFit
{
    private readonly BagPlan plan;
    private readonly TrainingSet set;
    private readonly FitContext context;
    private readonly BagTerms terms;
    private readonly TextRows rows;
    private readonly TextRows? validation;
    private readonly BagNet[] nets;
    private readonly LabelRange range;
    private (float[] Vectors, float[] Weights, float[] Biases)[] best;
    private int bestEpoch;
    private double least = double.PositiveInfinity;

    public BagFit(TrainingSet set, BagPlan plan, FitContext context)
    {
        this.set = set;
        this.plan = plan;
        this.context = context;
        terms = BagTerms.Learn(set.Features, plan.MaxWords, plan.MaxTerms, context.Cancel);
        range = LabelRange.Of(set);
        rows = new TextRows(set, terms, range, context.Cancel);
        validation = context.Validation is { Rows: > 0 } held ? new TextRows(held, terms, range, context.Cancel) : null;
        nets = [.. Enumerable.Range(0, plan.Members).Select(m => new BagNet(set.Task, terms.Count, terms.Columns, plan.Width, set.Shape.Outputs, rows, unchecked((context.Seed * 31) + m)))];
        best = [.. nets.Select(n => n.Copy())];
    }

    public BagModel Run()
    {
        ParallelOptions threads = new() { MaxDegreeOfParallelism = Math.Max(1, context.Threads), CancellationToken = context.Cancel };
        for (int epoch = 1; epoch <= plan.Epochs && epoch - bestEpoch <= plan.Patience; epoch++)
        {
            Parallel.For(0, nets.Length, threads, m => nets[m].Train(rows, plan.Rate, plan.Dropout, IsOver));
            context.Cancel.ThrowIfCancellationRequested();
            bool isCut = context.IsOutOfTime;
            double loss = validation is null ? 0 : Loss(validation, threads);
            if (validation is null || loss < least || (isCut && bestEpoch == 0))
            {
                (bestEpoch, least) = (epoch, loss);
                if (validation is not null) best = [.. nets.Select(n => n.Copy())];
            }
            context.Progress?.Report(new FitProgress((double)epoch / plan.Epochs, validation is null ? double.NaN : least, $"epoch {epoch}"));
            if (isCut) break;
        }
        if (validation is null) best = [.. nets.Select(n => (n.Vectors, n.Weights, n.Biases))];
        return BagFolding.ToModel(terms, best, set.Task, range, bestEpoch);
    }

    private bool IsOver() => context.IsOutOfTime || context.Cancel.IsCancellationRequested;

    private double Loss(TextRows held, ParallelOptions threads)
    {
        int outputs = set.Shape.Outputs;
        float[][] scores = [.. nets.Select(_ => new float[held.Count * outputs])];
        Parallel.For(0, nets.Length, threads, m => nets[m].AddScores(held, scores[m]));
        double loss = 0, total = 0;
        float[] mean = new float[outputs];
        for (int row = 0; row < held.Count; row++)
        {
            for (int k = 0; k < outputs; k++) mean[k] = scores.Sum(s => s[(row * outputs) + k]) / nets.Length;
            loss += held.Weights[row] * LossOf(mean, held.Labels[row]);
            total += held.Weights[row];
        }
        return loss / total;
    }

    private double LossOf(float[] scores, float label)
    {
        switch (set.Task)
        {
            case MLTask.Binary:
                double margin = label == 1 ? scores[0] : -scores[0];
                return margin > 0 ? Math.Log(1 + Math.Exp(-margin)) : Math.Log(1 + Math.Exp(margin)) - margin;
            case MLTask.Multiclass:
                double highest = scores.Max(), sum = 0;
                foreach (float score in scores) sum += Math.Exp(score - highest);
                return Math.Log(sum) - (scores[(int)label] - highest);
            default:
                return (scores[0] - label) * (scores[0] - label);
        }
    }
}
