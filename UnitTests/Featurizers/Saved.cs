using MLPipes.Pipelines;

namespace MLPipes.Featurizers.Tests;

/// <summary>Parts to bytes and back.</summary>
internal static class Saved
{
    public static byte[] Bytes(IPlainPart part)
    {
        using MemoryStream stream = new();
        new PlainWriter(stream).Part(part);
        return stream.ToArray();
    }

    public static T Load<T>(byte[] bytes) where T : class, IPlainPart => new PlainReader(bytes, "test").Part<T>();

    public static T Again<T>(T part) where T : class, IPlainPart
    {
        PlainReader reader = new(Bytes(part), "test");
        T loaded = reader.Part<T>();
        Assert.IsTrue(reader.IsAtEnd);
        return loaded;
    }
}
