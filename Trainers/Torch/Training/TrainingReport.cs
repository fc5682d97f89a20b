using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Tells how a training goes: to the context's progress about once a second, and to TensorBoard's files after every update.</summary>
internal sealed class TrainingReport : IDisposable
{
    private static readonly TimeSpan pause = TimeSpan.FromSeconds(1);
    // The loss that is told is a running mean over about this many updates.
    private const double LossMemory = 0.95;

    private readonly FitContext context;
    private readonly TrainingOptions options;
    private readonly string scoreName;
    private readonly TensorBoardFile? file;
    private DateTimeOffset last;
    private double? score;

    public TrainingReport(TrainingOptions options, FitContext context, string scoreName)
    {
        this.options = options;
        this.context = context;
        this.scoreName = scoreName;
        if (options.LogFolder is not { } folder) return;
        try
        {
            file = TensorBoardFile.In(folder, context.Time.GetUtcNow(), out _);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new OptionsException(nameof(TrainingOptions), [$"LogFolder = '{folder}' can't hold TensorBoard's event files: {error.Message} Name another folder."]);
        }
    }

    /// <summary>Running mean of the training loss; NaN before the first update.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <summary>Tokens trained on.</summary>
    public long Tokens { get; private set; }

    /// <summary>Time of the updates alone.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>Tokens of a second of training.</summary>
    public double TokensPerSecond => Time > TimeSpan.Zero ? Tokens / Time.TotalSeconds : 0;

    /// <summary>An update was made.</summary>
    public void Step(TrainingPlan plan, int epoch, double loss, double norm, double rate, long tokens, TimeSpan time)
    {
        Loss = double.IsNaN(Loss) ? loss : (LossMemory * Loss) + ((1 - LossMemory) * loss);
        Tokens += tokens;
        Time += time;
        Write(plan.Made, [("train/loss", loss), ("train/rate", rate), ("train/gradient_norm", norm), ("train/tokens_per_second", TokensPerSecond)]);
        DateTimeOffset now = context.Time.GetUtcNow();
        if (context.Progress is null || (now - last < pause && plan.Made < plan.Total)) return;
        last = now;
        context.Progress.Report(new FitProgress((double)plan.Made / plan.Total, Loss, Text(plan, epoch)));
    }

    /// <summary>A validation gave <paramref name="found"/>.</summary>
    public void Validated(int made, double found)
    {
        score = found;
        Write(made, [($"validation/{scoreName}", found)]);
    }

    /// <summary>Goes on from a checkpoint.</summary>
    public void Resume(double loss) => Loss = loss;

    public void Dispose() => file?.Dispose();

    private string Text(TrainingPlan plan, int epoch)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        string text = string.Create(culture, $"epoch {epoch + 1} of {options.Epochs}, loss {Loss:0.0000}");
        if (score is { } known) text += string.Create(culture, $", {scoreName} {known:0.0000}");
        text += string.Create(culture, $", {TokensPerSecond:#,##0} tokens/s");
        if (plan.TimeLeft is { } left) text += string.Create(culture, $", {(left.TotalHours >= 1 ? $"{(int)left.TotalHours} h {left.Minutes} min" : left.TotalMinutes >= 1 ? $"{left.Minutes} min {left.Seconds} s" : $"{left.TotalSeconds:0} s")} left");
        return text;
    }

    // A disk that fills up ends the log, not the training.
    private void Write(int made, IReadOnlyList<(string, double)> scalars)
    {
        try
        {
            file?.Write(TensorBoardFile.SecondsOf(context.Time.GetUtcNow()), made, scalars);
        }
        catch (IOException error)
        {
            context.Progress?.Report(new FitProgress(double.NaN, Loss, $"TensorBoard's event file ends early: {error.Message}"));
        }
    }
}
