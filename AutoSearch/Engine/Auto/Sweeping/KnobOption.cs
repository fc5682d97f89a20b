using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>A knob of one of our trainers, as an option of a sweep.</summary>
internal sealed class KnobOption : OptionBase
{
    private const int Halvings = 60;

    private readonly ISearchSpace space;
    private readonly int index;

    private KnobOption(ISearchSpace space, int index)
    {
        (this.space, this.index) = (space, index);
        Default = [space.Knobs[index].Start];
    }

    public override int FeatureSpaceDim => 1;

    public override int?[] Step => [space.Knobs[index].Choices is > 0 and int choices ? choices : null];

    internal override bool IsOrdered => space.Knobs[index].IsOrdered;

    /// <summary>The options of all knobs, by their names.</summary>
    public static SearchSpace SpaceOf(ISearchSpace space)
    {
        SearchSpace options = [];
        for (int i = 0; i < space.Knobs.Count; i++) options.Add(space.Knobs[i].Name, new KnobOption(space, i));
        return options;
    }

    public override Parameter SampleFromFeatureSpace(double[] values) => Parameter.FromText(TextAt(values[0]));

    public override double[] MappingToFeatureSpace(Parameter value)
    {
        Knob knob = space.Knobs[index];
        if (knob.Choices > 0)
        {
            for (int i = 0; i < knob.Choices; i++)
                if (TextAt((i + 0.5) / knob.Choices) == value.ToString()) return [(i + 0.5) / knob.Choices];
            if (!knob.IsOrdered) throw new OptionsException(knob.Name, [$"{value} is none of its values."]);
        }
        // A knob only shows its values at coordinates; they grow with them, so halving finds the coordinate.
        double wanted = value.AsType<double>(), low = 0, high = 1;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            if (double.Parse(TextAt(middle), CultureInfo.InvariantCulture) < wanted) low = middle;
            else high = middle;
        }
        return [(low + high) / 2];
    }

    internal override string Describe() => $"Knob({space.Knobs[index].Name},{TextAt(0)},{TextAt(1)})";

    private string TextAt(double coordinate)
    {
        double[] point = [.. space.Knobs.Select(k => k.Start)];
        point[index] = Math.Clamp(coordinate, 0, 1);
        return space.Describe(point)[space.Knobs[index].Name];
    }
}
