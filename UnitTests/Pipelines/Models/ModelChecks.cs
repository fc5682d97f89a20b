using MLPipes.Pipelines;

namespace MLPipes.Tests.Models;

/// <summary>What every model kind must hold, whatever it scores by.</summary>
internal static class ModelChecks
{
    public static float ScoreOne(IModel model, params float[] row) => Scores(model, row)[0];

    public static float[] Scores(IModel model, float[] row)
    {
        float[] scores = new float[model.OutputCount];
        model.Score(new FeatureRow(row), scores);
        return scores;
    }

    public static byte[] Save(IPlainPart part)
    {
        MemoryStream stream = new();
        new PlainWriter(stream).Part(part);
        return stream.ToArray();
    }

    public static T Load<T>(byte[] bytes) where T : class, IPlainPart
    {
        PlainReader reader = new(bytes, "test");
        T part = reader.Part<T>();
        return reader.IsAtEnd ? part : throw reader.Damaged("something follows the part");
    }
}
