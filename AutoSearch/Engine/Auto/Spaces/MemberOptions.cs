using System.Globalization;
using System.Reflection;
using ML = Microsoft.ML.SearchSpace;

namespace MLPipes.AutoSearch;

/// <summary>The option behind an attribute of an option class. ML.NET's own attributes of the same names serve as well.</summary>
internal static class MemberOptions
{
    public static OptionBase? Of(MemberInfo member, Type type, object? value)
    {
        switch (member.GetCustomAttributes().FirstOrDefault(a => a is RangeAttribute or ChoiceAttribute or BooleanChoiceAttribute or NestOptionAttribute
            or ML.RangeAttribute or ML.ChoiceAttribute or ML.BooleanChoiceAttribute or ML.NestOptionAttribute))
        {
            case RangeAttribute range: return Range(member, type, range.Min, range.Max, range.Init ?? value, range.LogBase);
            case ML.RangeAttribute range: return Range(member, type, range.Min, range.Max, range.Init ?? value, range.LogBase);
            case ChoiceAttribute choice: return new ChoiceOption(choice.Candidates, choice.DefaultValue ?? Known(choice.Candidates, value));
            case ML.ChoiceAttribute choice: return new ChoiceOption(choice.Candidates, choice.DefaultValue ?? Known(choice.Candidates, value));
            case BooleanChoiceAttribute choice: return new ChoiceOption([true, false], choice.DefaultValue ?? value ?? false);
            case ML.BooleanChoiceAttribute choice: return new ChoiceOption([true, false], choice.DefaultValue);
            case NestOptionAttribute or ML.NestOptionAttribute: return (OptionBase)Activator.CreateInstance(typeof(SearchSpace<>).MakeGenericType(type))!;
            default: return null;
        }
    }

    private static object? Known(object[] candidates, object? value) => value is not null && candidates.Contains(value) ? value : null;

    private static OptionBase Range(MemberInfo member, Type type, object min, object max, object? start, bool isLog)
    {
        static double Number(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);
        double low = Number(min), high = Number(max);
        // A member's own value outside its range is no place to start from.
        double? from = start is not null && Number(start) is var own && own >= low && own <= high ? own : null;
        return Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
        {
            TypeCode.Int32 or TypeCode.Int64 or TypeCode.Int16 => new UniformIntOption((int)low, (int)high, isLog, (int?)from),
            TypeCode.Single => new UniformSingleOption((float)low, (float)high, isLog, (float?)from),
            TypeCode.Double => new UniformDoubleOption(low, high, isLog, from),
            _ => throw new OptionsException(member.Name, [$"A range is for numbers, and this is a {type.Name}."]),
        };
    }
}
