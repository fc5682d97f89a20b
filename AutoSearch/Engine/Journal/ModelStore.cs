using Microsoft.Data.Sqlite;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Models in a journal, as plain data; features that several models share are stored once.</summary>
internal static class ModelStore
{
    public static void Insert(SqliteConnection connection, SqliteTransaction transaction, int number, FoldModel model)
    {
        byte[] features = Plain(model.Features);
        long id = BitConverter.ToInt64(System.Security.Cryptography.SHA256.HashData(features), 0);
        using SqliteCommand insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = """
            INSERT OR IGNORE INTO features VALUES ($id, $features);
            INSERT OR IGNORE INTO models VALUES ($number, $split, $id, $seconds, $content);
            """;
        insert.Parameters.AddWithValue("$id", id);
        insert.Parameters.AddWithValue("$features", features);
        insert.Parameters.AddWithValue("$number", number);
        insert.Parameters.AddWithValue("$split", model.Split);
        insert.Parameters.AddWithValue("$seconds", model.SecondsPerRow);
        insert.Parameters.AddWithValue("$content", Plain(model.Model));
        insert.ExecuteNonQuery();
    }

    /// <summary>Reads one trial's models.</summary>
    /// <param name="connection">The journal.</param>
    /// <param name="number">The trial's number.</param>
    /// <param name="known">Features that were read before, by id; models that shared them share them again.</param>
    public static IReadOnlyList<FoldModel> Read(SqliteConnection connection, int number, Dictionary<long, FittedFeatures> known)
    {
        using SqliteCommand select = connection.CreateCommand();
        select.CommandText = "SELECT m.split, m.features, m.seconds, m.content FROM models m WHERE m.number = $number ORDER BY m.split";
        select.Parameters.AddWithValue("$number", number);
        using SqliteDataReader reader = select.ExecuteReader();
        List<FoldModel> models = [];
        while (reader.Read())
        {
            IModel model = new PlainReader(reader.GetFieldValue<byte[]>(3), $"the model of trial {number} in the journal").Part<IModel>();
            models.Add(new FoldModel(reader.GetInt32(0), FeaturesOf(connection, reader.GetInt64(1), known), model, reader.GetDouble(2)));
        }
        return models;
    }

    private static FittedFeatures FeaturesOf(SqliteConnection connection, long id, Dictionary<long, FittedFeatures> known)
    {
        if (known.TryGetValue(id, out FittedFeatures? features)) return features;
        using SqliteCommand select = connection.CreateCommand();
        select.CommandText = "SELECT content FROM features WHERE id = $id";
        select.Parameters.AddWithValue("$id", id);
        features = new PlainReader((byte[])select.ExecuteScalar()!, "features in the journal").Part<FittedFeatures>();
        known.Add(id, features);
        return features;
    }

    private static byte[] Plain(IPlainPart part)
    {
        using MemoryStream stream = new();
        new PlainWriter(stream).Part(part);
        return stream.ToArray();
    }
}
