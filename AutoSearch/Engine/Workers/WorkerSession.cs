using System.Diagnostics;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>A worker's side of the talk with its study: one fit at a time, ended with the study whatever happens.</summary>
internal sealed class WorkerSession(Stream pipe, string folder)
{
    private readonly Lock writing = new();
    private readonly WorkerSets sets = new(folder);
    private CancellationTokenSource? current;

    /// <summary>Answers until the study goes, then ends this process.</summary>
    public void Run()
    {
        while (Frames.Read(pipe) is { } frame)
        {
            switch (frame.Kind)
            {
                case FrameKind.Hello:
                    Greet(new PlainReader(frame.Content, "a greeting"));
                    break;
                case FrameKind.Fit:
                    CancellationTokenSource cancel = new();
                    Volatile.Write(ref current, cancel);
                    FitRequest request = FitRequest.From(frame.Content);
                    // This thread goes on to listen, so that a fit that hears nothing can't keep it from ending the process.
                    new Thread(() => Answer(request, cancel.Token), maxStackSize: 16 << 20) { IsBackground = true }.Start();
                    break;
                case FrameKind.Cancel:
                    Volatile.Read(ref current)?.Cancel();
                    break;
            }
        }
        // The study has ended or was killed. A fit in native code may never come back, so nothing is waited for.
        ScratchFolder.DeleteIfAbandoned(folder);
        using Process self = Process.GetCurrentProcess();
        self.Kill();
    }

    private void Greet(PlainReader reader)
    {
        PluginAssemblies.LoadAll(reader);
        sets.MaxBytes = reader.Long();
        Send(FrameKind.Ready, []);
    }

    private void Answer(FitRequest request, CancellationToken cancel)
    {
        DateTimeOffset? deadline = request.TimeLeft is { } left ? TimeProvider.System.GetUtcNow() + left : null;
        byte[] answer;
        try
        {
            ITrainer trainer = TrainerData.From(request.Trainer);
            FitContext context = new()
            {
                Seed = request.Seed,
                Threads = request.Threads,
                Deadline = deadline,
                Cancel = cancel,
                Validation = request.Validation is { } validation ? sets.Get(validation) : null,
                Progress = request.WantsProgress ? new ToPipe(this) : null,
            };
            TrainingSet train = sets.Get(request.Train);
            OutOfBagFit? bagged = request.IsOutOfBag ? ((IOutOfBagTrainer)trainer).FitOutOfBagChecked(train, context) : null;
            using MemoryStream bytes = new();
            PlainWriter writer = new(bytes);
            writer.Part(bagged?.Model ?? trainer.FitChecked(train, context));
            if (bagged is not null) writer.Floats(bagged.Predictions);
            answer = bytes.ToArray();
        }
#pragma warning disable CA1031 // Any failure of a trainer, whatever its kind, is the study's to judge.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Send(FrameKind.Failure, FitFailure.Of(error, cancel).ToBytes());
            return;
        }
        Send(FrameKind.Model, answer);
    }

    private void Send(FrameKind kind, ReadOnlySpan<byte> content)
    {
        try
        {
            lock (writing) Frames.Write(pipe, kind, content);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The study has gone; the listening thread notices the same and ends the process.
        }
    }

    private sealed class ToPipe(WorkerSession session) : IProgress<FitProgress>
    {
        private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(100);
        private long last;

        public void Report(FitProgress value)
        {
            if (last != 0 && TimeProvider.System.GetElapsedTime(last) < pause) return;
            last = TimeProvider.System.GetTimestamp();
            using MemoryStream bytes = new();
            PlainWriter writer = new(bytes);
            writer.Double(value.Done);
            writer.Double(value.Loss);
            writer.String(value.What);
            session.Send(FrameKind.Progress, bytes.ToArray());
        }
    }
}
