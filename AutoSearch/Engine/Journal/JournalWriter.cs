using System.Threading.Channels;

namespace MLPipes.AutoSearch;

/// <summary>
/// Writes a running study's plans and results to its journal, in their order, on a thread of its own: the search does not wait for the disk.
/// A journal that can't be written any more costs the journal, not the study.
/// </summary>
internal sealed class JournalWriter : IAsyncDisposable
{
    private readonly Channel<Action<Journal>> queue = Channel.CreateUnbounded<Action<Journal>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task pump;

    private JournalWriter(Journal journal)
    {
        Journal = journal;
        pump = Task.Factory.StartNew(PumpAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>The journal.</summary>
    public Journal Journal { get; }

    /// <summary>Why it is not written any more; null while it is. Complete once disposed of.</summary>
    public string? Problem { get; private set; }

    /// <summary>Opens the journal that <paramref name="options"/> name; null where they name none.</summary>
    /// <exception cref="StudyException">It is of another study, is in use, or can't be written from the start.</exception>
    public static JournalWriter? Open(StudyOptions options, string fingerprint)
    {
        if (options.Journal is not { } path) return null;
        Journal journal = Journal.Open(path, fingerprint, options.JournalNotes);
        journal.Begin(options);
        return new JournalWriter(journal);
    }

    /// <summary>Writes a plan that was taken up.</summary>
    public void Append(TrialPlan plan) => queue.Writer.TryWrite(journal => journal.Append(plan));

    /// <summary>Writes a whole result.</summary>
    public void Append(FinishedTrial result) => queue.Writer.TryWrite(journal => journal.Append(result));

    /// <summary>Writes that the search is over and why.</summary>
    public void Append(StudyEnd end) => queue.Writer.TryWrite(journal => journal.Append(end));

    /// <summary>Waits until all is written, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await pump.ConfigureAwait(false);
        Journal.Dispose();
    }

    private async Task PumpAsync()
    {
        await foreach (Action<Journal> write in queue.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            // What comes after a gap would be of no use: a result without its plan, a plan without those before it.
            if (Problem is not null) continue;
            try
            {
                write(Journal);
            }
#pragma warning disable CA1031 // Whatever keeps a journal from being written, the study goes on, and its result says so.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Problem = $"{error.Message} The search went on without a journal: 'mlpipes resume' goes on from the last trial that was written.";
            }
        }
    }
}
