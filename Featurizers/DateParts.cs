using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Points in time as year, month, weekday, hour and the like: those parts that vary.</summary>
/// <remarks>
/// For trainers that need scaled features, parts that come round again (month, weekday, hour …) are the sine and cosine of their
/// angle, so that December lies beside January, and the others have mean 0 and deviation 1.
/// </remarks>
public sealed record DateParts : IFeaturizer<DateParts>
{
    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("date-parts", "Year, month, weekday, hour and other parts of a date that vary; as angles for linear trainers.", ColumnRole.Date)
    {
        Priority = 10,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        if (columns[0] is not DateColumn column) return FeaturizerFit.Decline($"a {columns[0].Kind} column holds no dates");
        bool fill = context.Needs.HasFlag(Needs.NoMissing), scaled = context.Needs.HasFlag(Needs.Scaled);
        List<DateFeature> features = [];
        int missing = 0;
        foreach (long ticks in column.Ticks) if (ticks == DateColumn.Missing) missing++;
        foreach (DatePart part in Enum.GetValues<DatePart>())
        {
            context.Cancel.ThrowIfCancellationRequested();
            if (part == DatePart.Missing) continue;
            (double mean, double deviation) = Moments(column.Ticks, part, column.Count - missing);
            if (deviation <= 0) continue;
            if (!scaled) features.Add(new DateFeature(part, DateForm.Plain, 0, 1, fill ? (float)mean : float.NaN));
            else if (DateCells.PeriodOf(part) > 0)
            {
                features.Add(new DateFeature(part, DateForm.Sine, 0, 1, fill ? 0 : float.NaN));
                features.Add(new DateFeature(part, DateForm.Cosine, 0, 1, fill ? 0 : float.NaN));
            }
            else features.Add(new DateFeature(part, DateForm.Plain, mean, 1 / deviation, fill ? 0 : float.NaN));
        }
        // For trees a missing date is NaN in every part; where no part varies the flag is all there is to learn.
        if (missing > 0 && missing < column.Count && (fill || features.Count == 0)) features.Add(new DateFeature(DatePart.Missing, DateForm.Plain, 0, 1, 1));
        return features.Count == 0 ? FeaturizerFit.Decline("all its values are equal") : FeaturizerFit.Of(new DatePartsTransform(column.Name, [.. features]));
    }

    private static (double Mean, double Deviation) Moments(ReadOnlySpan<long> ticks, DatePart part, int count)
    {
        double sum = 0, squares = 0, low = double.MaxValue, high = double.MinValue;
        foreach (long at in ticks)
        {
            if (at == DateColumn.Missing) continue;
            double value = DateCells.Of(part, at);
            sum += value;
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }
        if (low >= high) return (low, 0);
        double mean = sum / count;
        foreach (long at in ticks)
        {
            if (at == DateColumn.Missing) continue;
            double d = DateCells.Of(part, at) - mean;
            squares += d * d;
        }
        return (mean, Math.Sqrt(squares / count));
    }
}

/// <summary>Parts of points in time.</summary>
public sealed class DatePartsTransform : ITransform, IPlainPart<DatePartsTransform>
{
    private readonly string column;
    private readonly DateFeature[] parts;

    internal DatePartsTransform(string column, DateFeature[] parts)
    {
        this.column = column;
        this.parts = parts;
        Features = [.. parts.Select(p => new FeatureInfo($"{column}.{DateCells.NameOf(p.Part)}{p.Form switch { DateForm.Sine => ".sin", DateForm.Cosine => ".cos", _ => "" }}", column))];
    }

    /// <inheritdoc/>
    public static string Kind => "date-parts";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features { get; }

    /// <inheritdoc/>
    public bool IsSparse => false;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        for (int i = 0; i < count; i++)
        {
            long ticks = DateCells.TicksAt(inputs[0], start + i);
            for (int p = 0; p < parts.Length; p++) block.Set(i, p, ticks == DateColumn.Missing ? parts[p].Fill : ValueOf(parts[p], ticks));
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.String(column);
        writer.Int(parts.Length);
        foreach (DateFeature part in parts)
        {
            writer.Int((int)part.Part);
            writer.Int((int)part.Form);
            writer.Double(part.Center);
            writer.Double(part.Scale);
            writer.Float(part.Fill);
        }
    }

    /// <inheritdoc/>
    public static DatePartsTransform Read(PlainReader reader)
    {
        string column = reader.String();
        DateFeature[] parts = new DateFeature[reader.Int(1, 100, "date parts")];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = new DateFeature((DatePart)reader.Int(0, (int)DatePart.Missing, "date part"), (DateForm)reader.Int(0, (int)DateForm.Cosine, "date form"),
                reader.Double(), reader.Double(), reader.Float());
            if (!double.IsFinite(parts[i].Center) || !double.IsFinite(parts[i].Scale) || float.IsInfinity(parts[i].Fill)) throw reader.Damaged("a scale is not finite");
            if (parts[i].Form != DateForm.Plain && DateCells.PeriodOf(parts[i].Part) == 0) throw reader.Damaged($"{parts[i].Part} has no angle");
        }
        return new DatePartsTransform(column, parts);
    }

    private static float ValueOf(DateFeature part, long ticks)
    {
        double value = DateCells.Of(part.Part, ticks);
        if (part.Form == DateForm.Plain) return (float)((value - part.Center) * part.Scale);
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * value / DateCells.PeriodOf(part.Part));
        return (float)(part.Form == DateForm.Sine ? sine : cosine);
    }
}
