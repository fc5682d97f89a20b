using System.Collections.Concurrent;
using System.Text.Json;
using MLPipes.Pipelines;

namespace MLPipes;

public sealed partial class FittedPipeline
{
    private readonly ConcurrentBag<LooseRowScorer> looseScorers = [];

    /// <summary>Predicts one row given as values by column name.</summary>
    /// <param name="row">
    /// A value for each of <see cref="Inputs"/>: a number, a truth value, a text, a date, an array of numbers for a vector, a
    /// <see cref="JsonElement"/>, or null for a missing one. Text that reads as the expected type is taken.
    /// </param>
    /// <exception cref="TableException">Fields are absent or of a wrong type; the message names them and what is expected.</exception>
    public Prediction Predict(IReadOnlyDictionary<string, object?> row) => Predict(row, number: null);

    /// <summary>Predicts one JSON object, or each of an array of objects.</summary>
    /// <returns>A prediction an object, in their order.</returns>
    /// <exception cref="TableException">It is no object, or fields are absent or of a wrong type.</exception>
    public IReadOnlyList<Prediction> Predict(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array) return [Predict(FieldsOf(json, null), null)];
        Prediction[] predictions = new Prediction[json.GetArrayLength()];
        int row = 0;
        foreach (JsonElement element in json.EnumerateArray()) predictions[row] = Predict(FieldsOf(element, ++row), row);
        return predictions;
    }

    private Prediction Predict(IReadOnlyDictionary<string, object?> row, int? number)
    {
        if (!looseScorers.TryTake(out LooseRowScorer? scorer)) scorer = new LooseRowScorer(this);
        Prediction prediction = scorer.Predict(row, number);
        looseScorers.Add(scorer);
        return prediction;
    }

    private static Dictionary<string, object?> FieldsOf(JsonElement json, int? number)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new TableException(null, number, json.ValueKind.ToString().ToLowerInvariant(), "a JSON object with a value a column, or an array of such objects");
        Dictionary<string, object?> fields = new(StringComparer.Ordinal);
        foreach (JsonProperty property in json.EnumerateObject())
        {
            try
            {
                fields[property.Name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : property.Value;
            }
            catch (InvalidOperationException error)
            {
                // An escape such as \ud800 that names half a character.
                throw new TableException($"{(number is null ? "" : $"row {number}: ")}a text in the JSON is no valid Unicode ({error.Message}).", error);
            }
        }
        return fields;
    }
}
