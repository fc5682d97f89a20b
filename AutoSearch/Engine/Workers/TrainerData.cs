using System.Reflection;
using System.Runtime.CompilerServices;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>A trainer as data: its type and the values of its fields, exactly, so that a worker process can make the same.</summary>
/// <remarks>Passes only between a study and the workers that it started itself, never through a file that others write.</remarks>
internal static class TrainerData
{
    private enum Tag
    {
        Null,
        Bool,
        Int,
        Long,
        Float,
        Double,
        String,
        Enum,
        Trainer,
    }

    /// <summary>The data of <paramref name="trainer"/>; null where it holds more than numbers, texts, choices and trainers.</summary>
    public static byte[]? Of(ITrainer trainer)
    {
        using MemoryStream bytes = new();
        if (!TryWrite(new PlainWriter(bytes), trainer)) return null;
        byte[] data = bytes.ToArray();
        return Equals(From(data), trainer) ? data : null;
    }

    /// <summary>The trainer that <see cref="Of"/> wrote.</summary>
    public static ITrainer From(ReadOnlyMemory<byte> data) => (ITrainer)Read(new PlainReader(data, "a trainer on its way to a worker"), typeof(ITrainer))!;

    private static bool TryWrite(PlainWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.Int((int)Tag.Null); return true;
            case bool truth: writer.Int((int)Tag.Bool); writer.Bool(truth); return true;
            case int number: writer.Int((int)Tag.Int); writer.Int(number); return true;
            case long number: writer.Int((int)Tag.Long); writer.Long(number); return true;
            case float number: writer.Int((int)Tag.Float); writer.Float(number); return true;
            case double number: writer.Int((int)Tag.Double); writer.Double(number); return true;
            case string text: writer.Int((int)Tag.String); writer.String(text); return true;
            case Enum choice: writer.Int((int)Tag.Enum); writer.Long(Convert.ToInt64(choice, System.Globalization.CultureInfo.InvariantCulture)); return true;
            case ITrainer trainer: return TryWriteTrainer(writer, trainer);
            default: return false;
        }
    }

    private static bool TryWriteTrainer(PlainWriter writer, ITrainer trainer)
    {
        Type type = trainer.GetType();
        if (type.Assembly.Location.Length == 0 || type.IsGenericType) return false;
        FieldInfo[] fields = FieldsOf(type);
        writer.Int((int)Tag.Trainer);
        writer.String(type.Assembly.GetName().Name!);
        writer.String(type.Assembly.Location);
        writer.String(type.FullName!);
        writer.Int(fields.Length);
        foreach (FieldInfo field in fields)
        {
            writer.String(field.Name);
            if (!TryWrite(writer, field.GetValue(trainer))) return false;
        }
        return true;
    }

    private static object? Read(PlainReader reader, Type wanted)
    {
        switch ((Tag)reader.Int())
        {
            case Tag.Null: return null;
            case Tag.Bool: return reader.Bool();
            case Tag.Int: return reader.Int();
            case Tag.Long: return reader.Long();
            case Tag.Float: return reader.Float();
            case Tag.Double: return reader.Double();
            case Tag.String: return reader.String();
            case Tag.Enum: return Enum.ToObject(Nullable.GetUnderlyingType(wanted) ?? wanted, reader.Long());
            case Tag.Trainer: return ReadTrainer(reader);
            default: throw reader.Damaged("that is no value of a trainer");
        }
    }

    private static object ReadTrainer(PlainReader reader)
    {
        (string assembly, string location, string name) = (reader.String(), reader.String(), reader.String());
        Type type = PluginAssemblies.Load(assembly, location).GetType(name, throwOnError: true)!;
        // A record's constructor would only set what is set here, and its parameters are not known.
        object trainer = RuntimeHelpers.GetUninitializedObject(type);
        Dictionary<string, FieldInfo> fields = FieldsOf(type).ToDictionary(f => f.Name, StringComparer.Ordinal);
        int count = reader.Int();
        for (int i = 0; i < count; i++)
        {
            FieldInfo field = fields[reader.String()];
            field.SetValue(trainer, Read(reader, field.FieldType));
        }
        return trainer;
    }

    private static FieldInfo[] FieldsOf(Type type) =>
        [.. type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).OrderBy(f => f.Name, StringComparer.Ordinal)];
}
