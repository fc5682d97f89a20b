using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>A user's options over a trainer's own knobs: what the user names is searched as the user says, nothing else is.</summary>
internal sealed class OptionSpace : ISearchSpace
{
    private readonly ISearchSpace own;
    private readonly (string Name, OptionBase Option)[] options;

    public OptionSpace(ISearchSpace own, SearchSpace asked)
    {
        this.own = own;
        HashSet<string> known = [.. own.Start.GetType().GetProperties().Where(p => p.CanWrite).Select(p => p.Name)];
        (string Name, OptionBase Option)[] leaves = [.. asked.Leaves().Where(l => l.Option.FeatureSpaceDim == 1).Select(l => (TrainerNames.PropertyOf(l.Path, known), l.Option))];
        options = leaves;
        Knobs = [.. options.Select(o => new Knob(o.Name, o.Option.Default?[0] ?? 0, o.Option.Step[0] ?? 0, o.Option.IsOrdered))];
    }

    public IReadOnlyList<Knob> Knobs { get; }

    public ITrainer Start => At([.. Knobs.Select(k => k.Start)]);

    public ITrainer At(ReadOnlySpan<double> point) => From(Describe(point));

    public ITrainer From(IReadOnlyDictionary<string, string> values)
    {
        ITrainer trainer = Copy(own.Start);
        foreach ((string name, string text) in values)
        {
            System.Reflection.PropertyInfo property = trainer.GetType().GetProperty(name) ?? throw new OptionsException(trainer.GetType().Name, [$"{name} is none of its options."]);
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            object value = type.IsEnum ? Enum.Parse(type, text) : type == typeof(int)
                ? (int)Math.Round(double.Parse(text, CultureInfo.InvariantCulture)) : Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
            property.SetValue(trainer, value);
        }
        return trainer;
    }

    public double[] PointNear(IReadOnlyDictionary<string, string> values) => PointNear(options, Knobs, values);

    /// <summary>The point whose options are nearest to <paramref name="values"/>; options that these do not name, or that have no such value, start.</summary>
    public static double[] PointNear((string Name, OptionBase Option)[] options, IReadOnlyList<Knob> knobs, IReadOnlyDictionary<string, string> values)
    {
        double[] point = new double[options.Length];
        for (int i = 0; i < point.Length; i++)
        {
            point[i] = knobs[i].Start;
            if (!values.TryGetValue(options[i].Name, out string? text)) continue;
            switch (options[i].Option)
            {
                case UniformNumericOption when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value):
                    point[i] = options[i].Option.MappingToFeatureSpace(Parameter.FromDouble(value))[0];
                    break;
                case ChoiceOption choice when Array.FindIndex(choice.Choices, c => c.ToString() == text) is >= 0 and int index:
                    point[i] = (index + 0.5) / choice.Choices.Length;
                    break;
            }
        }
        return point;
    }

    public IReadOnlyDictionary<string, string> Describe(ReadOnlySpan<double> point)
    {
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        for (int i = 0; i < options.Length; i++) texts[options[i].Name] = options[i].Option.SampleFromFeatureSpace([Math.Clamp(point[i], 0, 1)]).ToString();
        return texts;
    }

    public bool IsActive(int index, ReadOnlySpan<double> point) => true;

    /// <summary>A trainer is a record: what copies it makes one that nobody else holds, so that its options may be set.</summary>
    private static ITrainer Copy(ITrainer trainer) => (ITrainer)trainer.GetType().GetMethod("<Clone>$")!.Invoke(trainer, null)!;
}
