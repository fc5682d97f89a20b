using System.Globalization;
using MLPipes.Pipelines;
using static TorchSharp.torch;

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
        using Running run = new(job, options, context, stepsPerEpoch, (double)lengths.Sum(l => (long)l) / stepsPerEpoch);
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

    private TrainingOutcome Run(Running run)
    {
        (int epoch, int batch) = run.Resume(job, options, context.Seed);
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
        return new TrainingOutcome(run.Plan.Made, epoch + ((double)batch / batches), run.Report.Loss, run.Watch.BestScore,
            run.Watch.BestScore is null ? run.Plan.Made : run.Watch.BestStep, run.Report.TokensPerSecond, end);
    }

    private void Step(Running run, ReadOnlySpan<int[]> group, int epoch)
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

    /// <summary>All that a run holds and gives back.</summary>
    private sealed class Running : IDisposable
    {
        private readonly ITrainingJob job;
        private readonly FitContext context;
        private readonly TrainingCheckpoint? checkpoint;
        private string description = "";
        private int scoredAt = -1;

        public Running(ITrainingJob job, TrainingOptions options, FitContext context, int stepsPerEpoch, double tokensPerStep)
        {
            this.job = job;
            this.context = context;
            checkpoint = options.CheckpointFolder is { } folder ? TrainingCheckpoint.In(folder) : null;
            Noise = new NoiseSource(context.Seed);
            Plan = new TrainingPlan(options, context, stepsPerEpoch, tokensPerStep, job.ValidationTokens);
            Report = new TrainingReport(options, context, job.ScoreName);
            Watch = new TrainingWatch(job, options);
            Mean = new WeightMean(job, options);
            Optimizer = new FusedAdamW(job.Weights, new AdamWSettings(options.WeightDecay), job.Words, context.Threads);
        }

        public NoiseSource Noise { get; }
        public TrainingPlan Plan { get; }
        public TrainingReport Report { get; }
        public TrainingWatch Watch { get; }
        public WeightMean Mean { get; }
        public FusedAdamW Optimizer { get; }

        /// <summary>Takes up a checkpoint, where there is one.</summary>
        /// <returns>The epoch and the batch that come next.</returns>
        public (int Epoch, int Batch) Resume(ITrainingJob job, TrainingOptions options, int seed)
        {
            if (checkpoint is null) return (0, 0);
            description = TrainingCheckpoint.Describe(job, options, seed);
            TrainingState? state = checkpoint.Load(description, (state, read) =>
            {
                Watch.Resume(state.BestScore, state.BestStep, state.Misses, prefix => Fill(prefix, read));
                Fill("", read);
                Mean.Restore(state.MeanCount, read);
                Optimizer.Restore(read, state.OptimizerSteps);
                Noise.Position = state.Noise;
                Plan.Resume(state.Made, state.Progress);
                Report.Resume(state.Loss);
            });
            return state is null ? (0, 0) : (state.Epoch, state.Batch);
        }

        /// <summary>Scores the weights, or their mean, and keeps the best.</summary>
        public void Validate()
        {
            long start = context.Time.GetTimestamp();
            Optimizer.CatchUp();
            using WeightCopy? raw = Mean.Swap();
            if (Watch.Look(Plan.Made, context.Cancel) is { } score) Report.Validated(Plan.Made, score);
            raw?.Restore(job);
            scoredAt = Plan.Made;
            Plan.Validated(context.Time.GetElapsedTime(start));
        }

        /// <summary>Writes the checkpoint, where it is due.</summary>
        public void Keep(int epoch, int batch, bool isDue)
        {
            if (checkpoint is null || !isDue) return;
            IReadOnlyList<(string, Tensor)> optimizer = Optimizer.State();
            checkpoint.Save(new TrainingState(description, Plan.Made, Plan.Progress, epoch, batch, Noise.Position, Optimizer.Steps, Mean.Count,
                Watch.BestScore, Watch.BestStep, Watch.Misses, Report.Loss), [.. WeightCopy.Values(job), .. optimizer, .. Mean.State(), .. Watch.State()]);
        }

        /// <summary>Leaves the job with the weights to keep.</summary>
        public void Finish(int epoch, int batch, bool isFresh)
        {
            Optimizer.CatchUp();
            // The last weights are scored too, so that the best can be told from them, unless the time for that is gone: then they stand.
            bool isScored = scoredAt == Plan.Made || !isFresh;
            if (!isScored && job.ValidationTokens > 0 && Plan.HasTimeToValidate)
            {
                Validate();
                isScored = true;
            }
            if (isFresh) Keep(epoch, batch, isDue: true);
            if (isScored && Watch.Restore()) return;
            Mean.Swap()?.Dispose();
        }

        public void Dispose()
        {
            Report.Dispose();
            Watch.Dispose();
            Mean.Dispose();
            Optimizer.Dispose();
            Noise.Dispose();
        }

        private void Fill(string prefix, Func<string, float[]> read)
        {
            using IDisposable off = no_grad();
            foreach ((string name, Tensor value) in WeightCopy.Values(job))
            {
                using Tensor read1 = tensor(read(prefix + name)).view(value.shape);
                value.copy_(read1);
            }
        }
    }
}
