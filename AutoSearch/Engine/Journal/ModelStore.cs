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

    public static ILookup<int, FoldModel> Read(SqliteConnection connection)
    {
        Dictionary<long, FittedFeatures> features = [];
        using (SqliteCommand select = connection.CreateCommand())
        {
            select.CommandText = "SELECT id, content FROM features";
            using SqliteDataReader reader = select.ExecuteReader();
            while (reader.Read()) features.Add(reader.GetInt64(0), new PlainReader(reader.GetFieldValue<byte[]>(1), "features in the journal").Part<FittedFeatures>());
        }
        List<(int Number, FoldModel Model)> models = [];
        using (SqliteCommand select = connection.CreateCommand())
        {
            select.CommandText = "SELECT number, split, features, seconds, content FROM models ORDER BY number, split";
            using SqliteDataReader reader = select.ExecuteReader();
            while (reader.Read())
            {
                IModel model = new PlainReader(reader.GetFieldValue<byte[]>(4), $"the model of trial {reader.GetInt32(0)} in the journal").Part<IModel>();
                models.Add((reader.GetInt32(0), new FoldModel(reader.GetInt32(1), features[reader.GetInt64(2)], model, reader.GetDouble(3))));
            }
        }
        return models.ToLookup(m => m.Number, m => m.Model);
    }

    private static byte[] Plain(IPlainPart part)
    {
        using MemoryStream stream = new();
        new PlainWriter(stream).Part(part);
        return stream.ToArray();
    }
}
