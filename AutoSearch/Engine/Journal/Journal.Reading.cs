using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace MLPipes.AutoSearch;

/// <content>What can be read from a journal without taking it up.</content>
public sealed partial class Journal
{
    /// <summary>The notes that the journal's study was begun with, by name; see <see cref="StudyOptions.JournalNotes"/>.</summary>
    /// <exception cref="StudyException">There is no journal, or it is in use.</exception>
    public static IReadOnlyDictionary<string, string> NotesOf(string path) => Reading<Dictionary<string, string>>(path, journal =>
        journal.Read($"SELECT substr(key, {NotePrefix.Length + 1}), value FROM study WHERE key LIKE '{NotePrefix}%'", r => (Name: r.GetString(0), Text: r.GetString(1)))
            .ToDictionary(n => n.Name, n => n.Text, StringComparer.Ordinal), []);

    /// <summary>How its trials ended, by number.</summary>
    /// <exception cref="StudyException">There is no journal, or it is in use.</exception>
    public static IReadOnlyList<TrialEvent> TrialsOf(string path) => Reading<IReadOnlyList<TrialEvent>>(path, journal =>
        journal.Read("SELECT event FROM outcomes ORDER BY number", r => JsonSerializer.Deserialize(r.GetString(0), JournalJson.Default.TrialEvent)!), []);

    /// <summary>Time that its runs have used, up to the last trial that ended.</summary>
    /// <exception cref="StudyException">There is no journal, or it is in use.</exception>
    public static TimeSpan TimeUsedBy(string path) => Reading(path, journal =>
        TimeSpan.FromSeconds(journal.Read("SELECT total(seconds) FROM runs", r => r.GetDouble(0))[0]), TimeSpan.Zero);

    /// <summary>Whether its last run came to the end of its search, and was not interrupted.</summary>
    /// <exception cref="StudyException">There is no journal, or it is in use.</exception>
    public static bool IsEnded(string path) => Reading(path, journal =>
        journal.Read($"SELECT value FROM study WHERE key = '{EndKey}'", r => r.GetString(0)) is [var end] && end != nameof(StudyEnd.Cancelled), false);

    /// <summary>Why no journal can be kept at <paramref name="path"/>, such as a full disk or one that can't lock files; null where one can.</summary>
    public static string? ProblemWith(string path)
    {
        bool isNew = !File.Exists(path);
        try
        {
            using Journal journal = Connect(path, SqliteOpenMode.ReadWriteCreate);
            journal.Run("BEGIN IMMEDIATE; CREATE TABLE probe(content BLOB); INSERT INTO probe VALUES (zeroblob(65536)); ROLLBACK;");
            return null;
        }
        catch (SqliteException error)
        {
            return Broken(path, error).Message;
        }
        finally
        {
            if (isNew) File.Delete(path);
        }
    }

    /// <summary>The options by which a study divides its rows: those it was begun with where its journal exists, else its own.</summary>
    internal static StudyOptions AsBegun(StudyOptions options)
    {
        if (options.Journal is not { } path || !File.Exists(path)) return options;
        List<string> starts = Reading(path, journal => journal.Read($"SELECT value FROM study WHERE key = '{StartKey}'", r => r.GetString(0)), []);
        return starts is [var start] && JsonSerializer.Deserialize(start, JournalJson.Default.JournalStart) is { } begun ? begun.With(options) : options;
    }

    /// <param name="path">The file.</param>
    /// <param name="read">What is read.</param>
    /// <param name="nothing">What it gives for a journal whose process died before it wrote anything.</param>
    private static T Reading<T>(string path, Func<Journal, T> read, T nothing)
    {
        if (!File.Exists(path)) throw new StudyException($"There is no journal '{path}'. A search leaves one beside its model, or where --journal says.");
        try
        {
            using Journal journal = Connect(path, SqliteOpenMode.ReadWrite);
            return journal.Read("SELECT count(*) FROM sqlite_master", r => r.GetInt32(0))[0] == 0 ? nothing : read(journal);
        }
        catch (Exception error) when (error is SqliteException or JsonException)
        {
            throw Broken(path, error);
        }
    }

    /// <summary>Opens the file for this journal alone: whoever comes second is refused, and a process that dies lets go.</summary>
    private static Journal Connect(string path, SqliteOpenMode mode)
    {
        // A second's wait, for one that is just closing.
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = mode, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();
            Journal journal = new(connection, path);
            journal.Run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE; COMMIT;");
            return journal;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }
}
