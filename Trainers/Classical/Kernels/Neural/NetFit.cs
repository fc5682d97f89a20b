using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>The epochs of one fit: schedule, the best by the validation set, deadline, and new starts where training ran away.</summary>
internal sealed class NetFit
{
    private const int Tries = 4;
    private const double Calmer = 0.2;

    private readonly NetState state;
    private readonly NetStep step;
    private readonly INetSchedule schedule;
    private readonly NetPlan plan;
    private readonly NetData data;
    private readonly NetData? validation;
    private readonly FitContext context;
    private readonly int[] order;
    private readonly int batch;
    private readonly float[] best;
    private double least;
    private double bestProgress;
    private double secondsToJudge;

    public NetFit(NetState state, NetPlan plan, NetData data, NetData? validation, FitContext context)
    {
        this.state = state;
        this.plan = plan;
        this.data = data;
        this.validation = validation;
        this.context = context;
        batch = Math.Min(NetPlan.BatchOf(data.Rows), (data.Rows + TileProduct.Columns - 1) / TileProduct.Columns * TileProduct.Columns);
        schedule = plan.Step.Recipe.Schedule;
        order = [.. Enumerable.Range(0, data.Rows)];
        best = new float[state.Values.Count];
        step = new NetStep(state, batch / TileProduct.Columns, plan.Step, context);
    }

    /// <summary>The parameters kept.</summary>
    public ReadOnlySpan<float> Best => best;

    /// <summary>The epoch that they are from; 0 for a network that has learned nothing.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>Trains from new parameters, whose last biases are <paramref name="start"/>.</summary>
    public void Run(float[] start)
    {
        double rate = plan.Rate;
        for (int attempt = 0; attempt < Tries; attempt++, rate *= Calmer)
        {
            Random random = new(unchecked(context.Seed + (attempt * 7919)));
            state.Draw(random, plan.Deviation, start, plan.Step.Recipe.Start);
            step.Reset();
            random.Shuffle(order);
            if (plan.Step.Recipe.Start == NetStart.Settled) step.Settle(data, order.AsMemory(0, Math.Min(batch, order.Length)));
            Keep(0, 0, validation is null ? double.PositiveInfinity : Loss());
            if (Train(random, rate) || IsTimeUp) return;
        }
    }

    private bool Train(Random random, double topRate)
    {
        int batches = Math.Max(1, data.Rows / batch);
        double progress = 0, advance = 1.0 / ((double)batches * plan.Epochs);
        long started = context.Time.GetTimestamp(), steps = 0;
        for (int epoch = 1; ; epoch++)
        {
            random.Shuffle(order);
            double loss = 0;
            for (int b = 0; b < batches; b++)
            {
                context.Cancel.ThrowIfCancellationRequested();
                if (IsTimeUp) return steps == 0 || Finish(epoch, progress);
                int count = Math.Min(batch, data.Rows);
                double restraint = schedule.Restraint(progress);
                loss += step.Train(data, order.AsMemory(b * count, count), topRate * schedule.Rate(progress + (0.5 * advance)), plan.Decay * restraint, plan.Dropout * restraint, (uint)random.Next());
                steps++;
                progress += advance;
                if (progress > 1 - (0.5 * advance)) return double.IsFinite(loss) && Finish(epoch, progress);
                if (steps == 4 || steps % 32 == 0) advance = Paced(advance, progress, context.Time.GetElapsedTime(started).TotalSeconds / steps);
            }
            if (!double.IsFinite(loss)) return false;
            if (validation is not null && !Judge(epoch, progress)) return false;
            context.Progress?.Report(new FitProgress(progress, validation is null ? loss / batches : least, $"epoch {epoch}"));
            if (validation is not null && schedule.IsPast(progress, bestProgress, advance * batches)) return true;
        }
    }

    // At the deadline, or at the end: what is there is kept unless it is worse.
    private bool Finish(int epoch, double progress)
    {
        if (validation is not null) return Judge(epoch, progress);
        if (!NeuralParts.AllFinite(state.Values.Span)) return false;
        Keep(epoch, progress, 0);
        return true;
    }

    private bool Judge(int epoch, double progress)
    {
        double loss = Loss();
        if (!double.IsFinite(loss) || !NeuralParts.AllFinite(state.Values.Span)) return false;
        if (loss < least) Keep(epoch, progress, loss);
        return true;
    }

    private double Loss()
    {
        long began = context.Time.GetTimestamp();
        double loss = step.Loss(validation!);
        secondsToJudge = context.Time.GetElapsedTime(began).TotalSeconds;
        return loss;
    }

    // With time left to judge what has been learned.
    private bool IsTimeUp => context.TimeLeft is { } left && left.TotalSeconds <= secondsToJudge;

    private void Keep(int epoch, double progress, double loss)
    {
        state.Values.Span.CopyTo(best);
        (BestEpoch, bestProgress, least) = (epoch, progress, loss);
    }

    // Where the time left is too short for the steps left, each step goes further along the schedule, so that the rate still falls to 0.
    private double Paced(double advance, double progress, double secondsPerStep)
    {
        if (context.TimeLeft is not { } left) return advance;
        double stepsLeft = Math.Max(1, 0.9 * (left.TotalSeconds - secondsToJudge) / Math.Max(1e-7, secondsPerStep));
        return Math.Max(advance, (1 - progress) / stepsLeft);
    }
}
