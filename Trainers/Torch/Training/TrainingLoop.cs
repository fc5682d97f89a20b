using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Trains a job to the end of its epochs or its deadline; the job's weights are then the best ones seen.</summary>
/// <remarks>On the processor the same seed, options and number of threads give the same weights, whatever else the machine does, unless a deadline cuts the plan.</remarks>
internal sealed class TrainingLoop
{
    private readonly ITrainingJob job;
    private readonly TrainingOptions options;
    private readonly FitContext context;
    private readonly int[] lengths, depths;
    private readonly int batches, stepsPerEpoch, top;

    /// <summary>A loop.</summary>
    /// <param name="job">What to train.</param>
    /// <param name="options">How.</param>
    /// <param name="context">Seed, threads, deadline, cancellation and progress. Its validation set is the job's matter.</param>
    /// <exception cref="OptionsException">An option is outside its bounds, or asks for what the job can't.</exception>
    public TrainingLoop(ITrainingJob job, TrainingOptions options, FitContext context)
    {
        BoundsAttribute.Check(options);
        if (options.Adversarial != AdversarialTraining.None && job.Words is null)
            throw new OptionsException(nameof(TrainingOptions), [$"Adversarial = {options.Adversarial} moves word embeddings, and this network has none."]);
        if (job.Examples == 0) throw new TrainingException(nameof(TrainingLoop), "there are no examples to learn from.");
        this.job = job;
        this.options = options;
        this.context = context;
        lengths = new int[job.Examples];
        for (int i = 0; i < lengths.Length; i++) lengths[i] = job.TokensOf(i);
        batches = (lengths.Length + options.BatchSize - 1) / options.BatchSize;
        stepsPerEpoch = (batches + options.Accumulation - 1) / options.Accumulation;
        depths = [.. job.Weights.Select(w => w.Depth)];
        top = depths.DefaultIfEmpty().Max();
    }

    /// <summary>Trains.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="TrainingException">The loss is no longer a number.</exception>
    public TrainingOutcome Run()
    {
        context.Cancel.ThrowIfCancellationRequested();
        using TrainingRun run = new(job, options, context, stepsPerEpoch, (double)lengths.Sum(l => (long)l) / stepsPerEpoch);
        job.Model.train();
        try
        {
            return Run(run);
        }
        finally
        {
            foreach (TrainedWeight weight in job.Weights)
            {
                weight.Value.grad = null;
                weight.Value.requires_grad_(true);
            }
            job.Words?.Dispose();
            job.Model.eval();
        }
    }

    private TrainingOutcome Run(TrainingRun run)
    {
        (int epoch, int batch) = run.Resume();
        int began = run.Plan.Made;
        while (!run.Plan.IsOver && !run.Watch.IsDone)
        {
            int[][] order = LengthBuckets.For(lengths, options.BatchSize, context.Seed, epoch);
            while (batch < order.Length && !run.Plan.IsOver && !run.Watch.IsDone)
            {
                int next = Math.Min(order.Length, batch + options.Accumulation);
                Step(run, order.AsSpan(batch, next - batch), epoch);
                batch = next;
                bool ended = batch == order.Length;
                run.Keep(ended ? epoch + 1 : epoch, ended ? 0 : batch, options.CheckpointSteps > 0 ? run.Plan.Made % options.CheckpointSteps == 0 : ended);
            }
            if (batch < order.Length) break;
            (epoch, batch) = (epoch + 1, 0);
        }
        bool isFresh = run.Plan.Made > began;
        run.Finish(epoch, batch, isFresh);
        TrainingEnd end = run.Watch.IsDone && run.Plan.Made < run.Plan.Total ? TrainingEnd.Patience
            : run.Plan.IsShortened || run.Plan.Made < run.Plan.Total ? TrainingEnd.Deadline : TrainingEnd.Epochs;
        int kept = run.Watch.BestScore is null ? run.Plan.Made : run.Watch.BestStep;
        return new TrainingOutcome(run.Plan.Made, epoch + ((double)batch / batches), run.Report.Loss, run.Watch.BestScore,
            kept, Math.Max(1, (int)Math.Ceiling((double)kept / stepsPerEpoch)), run.Report.TokensPerSecond, end);
    }

    private void Step(TrainingRun run, ReadOnlySpan<int[]> group, int epoch)
    {
        long start = context.Time.GetTimestamp(), tokens = 0;
        double[] factors = Factors(run.Plan.Progress);
        int examples = 0;
        foreach (int[] part in group) examples += part.Length;
        TrainingStep step = new(run.Plan.Made, run.Plan.Total, epoch, run.Noise);
        double loss = 0;
        foreach (int[] part in group)
        {
            context.Cancel.ThrowIfCancellationRequested();
            double share = (double)part.Length / examples;
            loss += share * TrainingPass.Run(job, options, part, step, share);
            foreach (int example in part) tokens += lengths[example];
        }
        job.BeforeUpdate(step);
        double rate = options.LearningRate * run.Plan.Factor();
        double norm = run.Optimizer.Step(rate, options.ClipNorm, factors);
        if (!double.IsFinite(norm) || !double.IsFinite(loss))
            throw new TrainingException(nameof(TrainingLoop), string.Create(CultureInfo.InvariantCulture,
                $"after {run.Plan.Made} updates the loss is {loss} and the gradient's length {norm}; expected finite numbers. Lower LearningRate (now {options.LearningRate}) or choose Precision = Float32."));
        TimeSpan time = context.Time.GetElapsedTime(start);
        run.Plan.Step(tokens, time);
        run.Report.Step(run.Plan, epoch, loss, norm, rate, tokens, time);
        if (run.Mean.Takes(run.Plan.Made, run.Plan.Progress))
        {
            run.Optimizer.CatchUp();
            run.Mean.Take();
        }
        if (run.Plan.ValidatesAfter(run.Plan.Made)) run.Validate();
    }

    // Layer-wise rates and thawing: a layer is frozen until its time has come, the top one never.
    private double[] Factors(double progress)
    {
        double[] factors = new double[depths.Length];
        for (int i = 0; i < factors.Length; i++)
        {
            TrainedWeight weight = job.Weights[i];
            int below = top - depths[i];
            bool isThawed = options.UnfreezeShare == 0 || progress >= options.UnfreezeShare * below / Math.Max(1, top);
            weight.Value.requires_grad_(isThawed);
            factors[i] = isThawed ? weight.RateFactor * Math.Pow(options.LayerDecay, below) : 0;
        }
        return factors;
    }
}
