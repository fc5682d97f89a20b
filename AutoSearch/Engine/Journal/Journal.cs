using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>
/// A study's only state on disk: plans, outcomes, out-of-fold predictions and models, each written as it happens and never changed. A file
/// of SQLite in write-ahead mode, so that a process killed at any moment loses nothing that was written.
/// </summary>
public sealed partial class Journal : IDisposable
{
    // Bumped when a reader of before could not read what is written now.
    private const int Format = 1;
    private const string NotePrefix = "note:", FingerprintKey = "fingerprint", StartKey = "start", EndKey = "end";
    private const int PageBytes = 4096;
    // What SQLite calls a file that another connection holds.
    private const int Busy = 5, Locked = 6;

    private readonly SqliteConnection connection;
    private readonly Lock gate = new();
    private long run;

    private Journal(SqliteConnection connection, string path)
    {
        this.connection = connection;
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Opens the journal at <paramref name="path"/>, or begins one there.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="fingerprint">What the study is, in text; a journal of another study is refused.</param>
    /// <param name="notes">Texts by name that it shall hold from its beginning; a journal that exists keeps its own.</param>
    /// <exception cref="StudyException">The file is no journal, is of another study, is in use, or can't be written.</exception>
    public static Journal Open(string path, string fingerprint, IReadOnlyDictionary<string, string>? notes = null)
    {
        Journal? journal = null;
        try
        {
            journal = Connect(path, SqliteOpenMode.ReadWriteCreate);
            journal.Run("BEGIN IMMEDIATE");
            journal.Run("""
                CREATE TABLE IF NOT EXISTS study(key TEXT PRIMARY KEY, value TEXT NOT NULL);
                CREATE TABLE IF NOT EXISTS plans(number INTEGER PRIMARY KEY, plan TEXT NOT NULL);
                CREATE TABLE IF NOT EXISTS outcomes(number INTEGER PRIMARY KEY, event TEXT NOT NULL, predictions BLOB);
                CREATE TABLE IF NOT EXISTS features(id INTEGER PRIMARY KEY, content BLOB NOT NULL);
                CREATE TABLE IF NOT EXISTS models(number INTEGER, split INTEGER, features INTEGER NOT NULL, seconds REAL NOT NULL, content BLOB NOT NULL, PRIMARY KEY(number, split));
                CREATE TABLE IF NOT EXISTS runs(number INTEGER PRIMARY KEY, seconds REAL NOT NULL);
                """);
            journal.Identify("format", Format.ToString(CultureInfo.InvariantCulture), "was written by another version of mlpipes");
            journal.Identify(FingerprintKey, fingerprint, "belongs to another study: other data, label, metric, seed or settings");
            foreach ((string name, string text) in notes ?? new Dictionary<string, string>()) journal.Keep(NotePrefix + name, text);
            // All or nothing: a process that dies here leaves no half of a journal.
            journal.Run("COMMIT");
            return journal;
        }
        catch (SqliteException error)
        {
            journal?.Dispose();
            throw Broken(path, error);
        }
        catch (StudyException)
        {
            journal?.Dispose();
            throw;
        }
    }

    /// <summary>Writes a plan that was taken up.</summary>
    public void Append(TrialPlan plan) => Guard(() =>
    {
        using SqliteCommand insert = Command("INSERT OR IGNORE INTO plans VALUES ($number, $plan)");
        insert.Parameters.AddWithValue("$number", plan.Number);
        insert.Parameters.AddWithValue("$plan", JsonSerializer.Serialize(plan, JournalJson.Default.TrialPlan));
        insert.ExecuteNonQuery();
    });

    /// <summary>Writes how a trial ended and what it predicted out of fold, both or neither.</summary>
    public void Append(TrialEvent outcome, ReadOnlyMemory<float>? outOfFold = null) => Guard(() => InsertOutcome(outcome, outOfFold));

    /// <summary>All plans, by number.</summary>
    public IReadOnlyList<TrialPlan> Plans() => Guard(() => Read("SELECT plan FROM plans ORDER BY number", r => JsonSerializer.Deserialize(r.GetString(0), JournalJson.Default.TrialPlan)!));

    /// <summary>The outcomes, by number, and the out-of-fold predictions of those that have them.</summary>
    public IReadOnlyList<(TrialEvent Outcome, float[]? OutOfFold)> Outcomes() => Guard(() => Read("SELECT event, predictions FROM outcomes ORDER BY number", r => (
        JsonSerializer.Deserialize(r.GetString(0), JournalJson.Default.TrialEvent)!,
        r.IsDBNull(1) ? null : MemoryMarshal.Cast<byte, float>(r.GetFieldValue<byte[]>(1)).ToArray())));

    /// <summary>Writes a whole result: outcome, predictions and models in one transaction.</summary>
    internal void Append(FinishedTrial result) => Guard(() =>
    {
        using SqliteTransaction transaction = connection.BeginTransaction();
        InsertOutcome(result.Event, result.OutOfFold, transaction);
        foreach (FoldModel model in result.Models) ModelStore.Insert(connection, transaction, result.Event.Number, model);
        transaction.Commit();
    });

    /// <summary>Writes why the search ended; a run that goes on takes it back.</summary>
    internal void Append(StudyEnd end) => Guard(() => Put(EndKey, end.ToString()));

    /// <summary>A run begins: it counts its own time, and what an earlier one ended with does not hold any more.</summary>
    internal void Begin(StudyOptions options) => Guard(() =>
    {
        if (options.JournalBytes is { } most) Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {Math.Max(1, most / PageBytes)}"));
        Keep(StartKey, JsonSerializer.Serialize(JournalStart.Of(options), JournalJson.Default.JournalStart));
        Run($"DELETE FROM study WHERE key = '{EndKey}'");
        using SqliteCommand insert = Command("INSERT INTO runs(seconds) VALUES (0) RETURNING number");
        run = (long)insert.ExecuteScalar()!;
    });

    /// <summary>Reads the models of one trial after another; features that models shared are shared again.</summary>
    internal Func<int, IReadOnlyList<FoldModel>> Models()
    {
        Dictionary<long, FittedFeatures> known = [];
        return number => Guard(() => ModelStore.Read(connection, number, known));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate) connection.Dispose();
    }

    private void InsertOutcome(TrialEvent outcome, ReadOnlyMemory<float>? outOfFold, SqliteTransaction? transaction = null)
    {
        using SqliteCommand insert = Command("INSERT OR IGNORE INTO outcomes VALUES ($number, $event, $predictions)");
        insert.Transaction = transaction;
        insert.Parameters.AddWithValue("$number", outcome.Number);
        insert.Parameters.AddWithValue("$event", JsonSerializer.Serialize(outcome, JournalJson.Default.TrialEvent));
        insert.Parameters.AddWithValue("$predictions", outOfFold is { } values ? MemoryMarshal.AsBytes(values.Span).ToArray() : DBNull.Value);
        insert.ExecuteNonQuery();
        CountTime(outcome, transaction);
    }

    private void Identify(string key, string value, string otherwise)
    {
        string found = Keep(key, value);
        if (found == value) return;
        // The data's own fingerprint comes first.
        if (key == FingerprintKey && found.Split(' ')[0] is var before && before != value.Split(' ')[0])
            throw new StudyException($"The journal '{Path}' was begun on other data ({before.Split(':')[0]} rows and columns with labels, with other contents or kinds than now): the data has changed, or it belongs to another study. Bring the data back as it was, or name another file.");
        throw new StudyException($"The journal '{Path}' {otherwise}. Name another file, or remove this one.");
    }

    /// <summary>Writes a text under a key that has none yet; gives back what stands there.</summary>
    private string Keep(string key, string value)
    {
        using SqliteCommand insert = Command("INSERT OR IGNORE INTO study VALUES ($key, $value); SELECT value FROM study WHERE key = $key");
        insert.Parameters.AddWithValue("$key", key);
        insert.Parameters.AddWithValue("$value", value);
        return (string)insert.ExecuteScalar()!;
    }

    private void Put(string key, string value)
    {
        using SqliteCommand insert = Command("INSERT OR REPLACE INTO study VALUES ($key, $value)");
        insert.Parameters.AddWithValue("$key", key);
        insert.Parameters.AddWithValue("$value", value);
        insert.ExecuteNonQuery();
    }

    private void CountTime(TrialEvent outcome, SqliteTransaction? transaction)
    {
        using SqliteCommand update = Command("UPDATE runs SET seconds = max(seconds, $seconds) WHERE number = $run");
        update.Transaction = transaction;
        update.Parameters.AddWithValue("$seconds", outcome.At.TotalSeconds);
        update.Parameters.AddWithValue("$run", run);
        update.ExecuteNonQuery();
    }

    private List<T> Read<T>(string query, Func<SqliteDataReader, T> row)
    {
        using SqliteCommand select = Command(query);
        using SqliteDataReader reader = select.ExecuteReader();
        List<T> rows = [];
        while (reader.Read()) rows.Add(row(reader));
        return rows;
    }

    private void Run(string statements)
    {
        using SqliteCommand command = Command(statements);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string text)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        return command;
    }

    private void Guard(Action write) => Guard(() =>
    {
        write();
        return true;
    });

    private T Guard<T>(Func<T> access)
    {
        lock (gate)
        {
            try
            {
                return access();
            }
            catch (Exception error) when (error is SqliteException or JsonException)
            {
                throw Broken(Path, error);
            }
        }
    }

    private static StudyException Broken(string path, Exception error) => error is SqliteException { SqliteErrorCode: Busy or Locked }
        ? new StudyException($"The journal '{path}' is in use by another mlpipes. Wait for its end, or name another file.", error)
        : new StudyException($"The journal '{path}' can't be used: {error.Message} Check that the folder exists, is writable and has room, or name another file.", error);
}
