using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Pipelines;

/// <summary>Names, types and annotations of the columns that ML.NET expects of a predictor.</summary>
internal static class ScoreColumns
{
    public const string Score = "Score";
    public const string Probability = "Probability";
    public const string PredictedLabel = "PredictedLabel";

    private const string SetId = "ScoreColumnSetId";
    private const string Kind = "ScoreColumnKind";
    private const string Value = "ScoreValueKind";
    private const string SlotNames = "SlotNames";
    private const string KeyValues = "KeyValues";
    private const string IsNormalized = "IsNormalized";

    private static readonly KeyDataViewType setIdType = new(typeof(uint), int.MaxValue);

    /// <summary>The type of the predicted label; null for a regression, which has none.</summary>
    public static DataViewType? LabelType(PipelineSchema schema) => schema switch
    {
        { Task: MLTask.Regression } => null,
        { LabelKeys: { } keys } => new KeyDataViewType(typeof(uint), keys.Count),
        { Task: MLTask.Binary, LabelKind: ColumnKind.Boolean } => BooleanDataViewType.Instance,
        _ => TextDataViewType.Instance,
    };

    /// <summary>Names of the score's slots, a class each; null where the score is one number.</summary>
    public static IReadOnlyList<string>? Slots(PipelineSchema schema) => schema.Task == MLTask.Multiclass ? schema.LabelKeys ?? schema.Classes : null;

    /// <summary><paramref name="input"/> with the columns of a prediction behind it.</summary>
    public static DataViewSchema Add(DataViewSchema input, PipelineSchema schema, ScoreNames names)
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumns(input);
        uint set = NextSet(input);
        if (LabelType(schema) is { } label)
            builder.AddColumn(names.PredictedLabel, label, Annotations(schema, set, PredictedLabel, b =>
            {
                if (schema.LabelKeys is { } keys) b.AddTexts(KeyValues, keys);
            }));
        IReadOnlyList<string>? slots = Slots(schema);
        DataViewType score = slots is null ? NumberDataViewType.Single : new VectorDataViewType(NumberDataViewType.Single, slots.Count);
        builder.AddColumn(names.Score, score, Annotations(schema, set, Score, b =>
        {
            if (slots is null) return;
            b.AddTexts(SlotNames, slots);
            b.AddTexts("TrainingLabelValues", slots);
        }));
        if (schema.Task == MLTask.Binary)
            builder.AddColumn(Probability, NumberDataViewType.Single, Annotations(schema, set, Probability, b => b.AddPrimitiveValue(IsNormalized, BooleanDataViewType.Instance, true)));
        return builder.ToSchema();
    }

    /// <summary><paramref name="input"/> with the promise of a prediction's columns.</summary>
    public static SchemaShape Add(SchemaShape input, MLTask task, SchemaShape.Column label)
    {
        const SchemaShape.Column.VectorKind scalar = SchemaShape.Column.VectorKind.Scalar, vector = SchemaShape.Column.VectorKind.Vector;
        SchemaShape.Column[] basic =
        [
            MLNetInterop.ShapeColumn(SetId, scalar, NumberDataViewType.UInt32, isKey: true),
            MLNetInterop.ShapeColumn(Kind, scalar, TextDataViewType.Instance),
            MLNetInterop.ShapeColumn(Value, scalar, TextDataViewType.Instance),
        ];
        SchemaShape.Column slots = MLNetInterop.ShapeColumn(SlotNames, vector, TextDataViewType.Instance);
        Dictionary<string, SchemaShape.Column> columns = input.ToDictionary(c => c.Name, StringComparer.Ordinal);
        if (task != MLTask.Regression)
            columns[PredictedLabel] = label.IsKey
                ? MLNetInterop.ShapeColumn(PredictedLabel, scalar, NumberDataViewType.UInt32, isKey: true,
                    new SchemaShape([.. basic, MLNetInterop.ShapeColumn(KeyValues, vector, TextDataViewType.Instance)]))
                : MLNetInterop.ShapeColumn(PredictedLabel, scalar,
                    task == MLTask.Binary && label.ItemType is BooleanDataViewType ? label.ItemType : TextDataViewType.Instance, annotations: new SchemaShape(basic));
        columns[Score] = task == MLTask.Multiclass
            ? MLNetInterop.ShapeColumn(Score, vector, NumberDataViewType.Single, annotations: new SchemaShape([.. basic, slots]))
            : MLNetInterop.ShapeColumn(Score, scalar, NumberDataViewType.Single, annotations: new SchemaShape(basic));
        if (task == MLTask.Binary)
            columns[Probability] = MLNetInterop.ShapeColumn(Probability, scalar, NumberDataViewType.Single, annotations:
                new SchemaShape([.. basic, MLNetInterop.ShapeColumn(IsNormalized, scalar, BooleanDataViewType.Instance)]));
        return new SchemaShape(columns.Values);
    }

    private static DataViewSchema.Annotations Annotations(PipelineSchema schema, uint set, string value, Action<DataViewSchema.Annotations.Builder> more)
    {
        DataViewSchema.Annotations.Builder builder = new();
        string kind = schema.Task switch { MLTask.Binary => "BinaryClassification", MLTask.Multiclass => "MulticlassClassification", _ => "Regression" };
        builder.Add(SetId, setIdType, (ref uint id) => id = set);
        builder.AddPrimitiveValue(Kind, TextDataViewType.Instance, kind.AsMemory());
        builder.AddPrimitiveValue(Value, TextDataViewType.Instance, value.AsMemory());
        more(builder);
        return builder.ToAnnotations();
    }

    // Score columns of one predictor share a number; evaluators tell several predictors in one view apart by it. Keys count from 1.
    private static uint NextSet(DataViewSchema schema)
    {
        uint largest = 0;
        foreach (DataViewSchema.Column column in schema)
        {
            if (column.Annotations.Schema.GetColumnOrNull(SetId)?.Type is not KeyDataViewType { RawType: var raw } || raw != typeof(uint)) continue;
            uint id = 0;
            column.Annotations.GetValue(SetId, ref id);
            largest = Math.Max(largest, id);
        }
        return largest + 1;
    }
}
