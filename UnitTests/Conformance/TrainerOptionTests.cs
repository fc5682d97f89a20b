using System.Globalization;
using System.Reflection;
using MLPipes.Pipelines;

namespace MLPipes.Conformance.Tests;

/// <summary>Options and search spaces of every trainer and featurizer that the crawl finds.</summary>
[TestClass]
public sealed class TrainerOptionTests
{
    public static IEnumerable<object[]> EveryTrainer => Catalog.Trainers.Select(t => new object[] { t });

    public static IEnumerable<object[]> EveryPlugin =>
        Catalog.Trainers.Select(t => new object[] { t.Card.Key, t.Type }).Concat(Catalog.Featurizers.Select(f => new object[] { f.Card.Key, f.Type }));

    [TestMethod, DynamicData(nameof(EveryPlugin))]
    public void Every_numeric_option_has_bounds(string key, Type type)
    {
        IEnumerable<string> unbounded = Options(type).Where(p => IsNumber(p) && p.GetCustomAttribute<BoundsAttribute>() is null).Select(p => p.Name);

        Assert.AreEqual("", string.Join(", ", unbounded), key);
    }

    [TestMethod, DynamicData(nameof(EveryPlugin))]
    public void Every_out_of_bounds_option_is_refused_by_name(string key, Type type)
    {
        foreach (PropertyInfo option in Options(type).Where(p => p.GetCustomAttribute<BoundsAttribute>() is not null))
        {
            BoundsAttribute bounds = option.GetCustomAttribute<BoundsAttribute>()!;
            foreach (double bad in Outside(bounds, option.PropertyType))
            {
                object options = Activator.CreateInstance(type)!;
                option.SetValue(options, Convert.ChangeType(bad, Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType, CultureInfo.InvariantCulture));

                OptionsException refusal = Assert.ThrowsExactly<OptionsException>(() => BoundsAttribute.Check(options), $"{key}.{option.Name} = {bad}");

                Assert.Contains(option.Name, refusal.Message);
            }
        }
    }

    [TestMethod, DynamicData(nameof(EveryTrainer))]
    public void An_illegal_option_is_refused_before_the_fit(TrainerEntry trainer)
    {
        if (Options(trainer.Type).FirstOrDefault(p => p.GetCustomAttribute<BoundsAttribute>() is not null) is not { } option) return;
        double bad = Outside(option.GetCustomAttribute<BoundsAttribute>()!, option.PropertyType).First();
        ITrainer illegal = trainer.Create();
        option.SetValue(illegal, Convert.ChangeType(bad, Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType, CultureInfo.InvariantCulture));
        TrainingSet data = Tiny.For(trainer.Card, trainer.Card.Tasks[0], rows: 50);

        Assert.ThrowsExactly<OptionsException>(() => illegal.FitChecked(data, TrainerCase.Context()));
    }

    [TestMethod, DynamicData(nameof(EveryTrainer))]
    public void Every_point_of_the_search_space_is_legal(TrainerEntry trainer)
    {
        Random random = new(3);
        foreach (MLTask task in trainer.Card.Tasks)
        {
            foreach (int rows in new[] { 30, 1_000, 1_000_000 })
            {
                ISearchSpace space = trainer.Space(new DataShape(task, rows, 40, task == MLTask.Regression ? 0 : task == MLTask.Binary ? 2 : 5));
                BoundsAttribute.Check(space.Start);
                for (int i = 0; i < 200; i++)
                {
                    double[] point = [.. space.Knobs.Select(_ => i == 0 ? 0 : i == 1 ? 1 : random.NextDouble())];
                    BoundsAttribute.Check(space.At(point));
                }
            }
        }
    }

    [TestMethod, DynamicData(nameof(EveryTrainer))]
    public void A_described_point_comes_back_as_the_same_trainer(TrainerEntry trainer)
    {
        Random random = new(4);
        ISearchSpace space = trainer.Space(new DataShape(trainer.Card.Tasks[0], 1_000, 20, 3));
        for (int i = 0; i < 100; i++)
        {
            double[] point = [.. space.Knobs.Select(_ => random.NextDouble())];

            ITrainer back = space.From(space.Describe(point));

            Assert.AreEqual(space.At(point), back);
        }
    }

    [TestMethod, DynamicData(nameof(EveryTrainer))]
    public void The_memory_estimate_grows_with_the_data(TrainerEntry trainer)
    {
        MLTask task = trainer.Card.Tasks[0];
        CostHint small = trainer.Create().Cost(new DataShape(task, 1_000, 10, 3)), large = trainer.Create().Cost(new DataShape(task, 1_000_000, 100, 3));

        Assert.IsGreaterThan(0, small.PeakBytes);
        Assert.IsTrue(large.Flops > small.Flops || trainer.Card.IsBaseline);
        Assert.IsGreaterThanOrEqualTo(small.PeakBytes, large.PeakBytes);
    }

    private static IEnumerable<PropertyInfo> Options(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);

    private static bool IsNumber(PropertyInfo option)
    {
        Type type = Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType;
        return !type.IsEnum && (type == typeof(int) || type == typeof(long) || type == typeof(float) || type == typeof(double));
    }

    private static IEnumerable<double> Outside(BoundsAttribute bounds, Type type)
    {
        bool whole = (Nullable.GetUnderlyingType(type) ?? type) == typeof(int);
        if (double.IsFinite(bounds.Low) && !(whole && bounds.Low <= int.MinValue)) yield return bounds.LowIsOpen ? bounds.Low : bounds.Low - 1;
        if (double.IsFinite(bounds.High) && !(whole && bounds.High >= int.MaxValue)) yield return bounds.HighIsOpen ? bounds.High : bounds.High + 1;
        if (!whole) yield return double.NaN;
    }
}
