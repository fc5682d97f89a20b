using System.Reflection;
using System.Text.RegularExpressions;
using MLPipes.Pipelines;

namespace MLPipes.Featurizers.Tests;

/// <summary>What every featurizer that the catalog finds must hold to, on every storage kind and set of needs that it takes.</summary>
[TestClass]
public sealed partial class ConformanceTests
{
    public static IEnumerable<FeaturizerEntry> EveryFeaturizer => Catalog.Featurizers;

    [TestMethod]
    public void The_catalog_finds_the_featurizers() => Assert.IsGreaterThanOrEqualTo(18, Catalog.Featurizers.Count);

    [TestMethod, DynamicData(nameof(EveryFeaturizer))]
    public void Has_a_readable_card(FeaturizerEntry entry)
    {
        Assert.MatchesRegex(KebabCase(), entry.Card.Key);
        Assert.IsTrue(entry.Card.Summary.EndsWith('.') && char.IsUpper(entry.Card.Summary[0]), entry.Card.Summary);
        Assert.IsTrue(entry.Card.Adds || !entry.Card.TakesAll, "TakesAll goes together with Adds");
        Assert.IsTrue(Enumerable.Range(0, 64).Any(n => entry.Card.Serves((Needs)n)));
    }

    [TestMethod, DynamicData(nameof(EveryFeaturizer))]
    public void Same_seed_gives_the_same_features(FeaturizerEntry entry)
    {
        foreach (Case c in Cases.Of(entry))
        {
            FeaturizerFit again = Cases.Create(entry).Fit(c.Columns, c.Context);
            Assert.IsTrue(Saved.Bytes(c.Transform).AsSpan().SequenceEqual(Saved.Bytes(again.Transform!)), c.ToString());
            Assert.IsTrue(c.Fit.TrainingValues.AsSpan().SequenceEqual(again.TrainingValues), c.ToString());
        }
    }

    [TestMethod, DynamicData(nameof(EveryFeaturizer))]
    public void Leaves_its_input_as_it_was(FeaturizerEntry entry)
    {
        foreach (Column[] columns in Cases.Inputs(entry, Tiny.Rows))
        {
            string?[][] before = [.. columns.Select(Texts)];

            foreach (FeaturizerContext context in Cases.Contexts(entry, Tiny.Rows)) Cases.Create(entry).Fit(columns, context);

            for (int i = 0; i < columns.Length; i++) Assert.IsTrue(before[i].AsSpan().SequenceEqual(Texts(columns[i])), columns[i].Name);
        }
    }

    [TestMethod, DynamicData(nameof(EveryFeaturizer))]
    public void Loads_as_it_was_saved(FeaturizerEntry entry)
    {
        foreach (Case c in Cases.Of(entry))
        {
            ITransform loaded = Saved.Again(c.Transform);

            CollectionAssert.AreEqual(c.Transform.Features.ToArray(), loaded.Features.ToArray());
            Assert.AreEqual(c.Transform.InputCount, loaded.InputCount);
            Assert.AreEqual(c.Transform.IsSparse, loaded.IsSparse);
            Assert.IsTrue(Cases.Dense(c.Transform, c.Columns).AsSpan().SequenceEqual(Cases.Dense(loaded, c.Columns)), c.ToString());
        }
    }

    [TestMethod, DynamicData(nameof(EveryFeaturizer))]
    public void A_single_row_equals_the_batch_and_allocates_nothing(FeaturizerEntry entry)
    {
        foreach (Case c in Cases.Of(entry))
        {
            float[] batch = Cases.Dense(c.Transform, c.Columns);
            Table table = new(c.Columns);
            RowBuffer buffer = Rows.BufferFor(table);
            int width = c.Transform.Features.Count;
            float[] row = new float[width];
            for (int i = 0; i < 60; i++)
            {
                Rows.Load(buffer, table, i);
                Array.Clear(row);
                c.Transform.Write(buffer.AsSpan(), 0, 1, new FeatureBlock(row, width));
                Assert.IsTrue(batch.AsSpan(i * width, width).SequenceEqual(row), $"{c}, row {i}");
            }
            Assert.AreEqual(0, Allocated.By(() =>
            {
                for (int i = 0; i < 20; i++) c.Transform.Write(buffer.AsSpan(), 0, 1, new FeatureBlock(row, width));
            }), c.ToString());
        }
    }

    [TestMethod, DynamicData(nameof(EveryFeaturizer))]
    public void Writes_the_same_sparse_as_dense(FeaturizerEntry entry)
    {
        foreach (Case c in Cases.Of(entry).Where(c => c.Transform.IsSparse))
        {
            float[] dense = Cases.Dense(c.Transform, c.Columns);
            SparseRows sparse = new();
            c.Transform.Write(c.Columns, 0, Tiny.Rows, new FeatureBlock(sparse));

            int width = c.Transform.Features.Count, last = -1;
            float[] filled = new float[dense.Length];
            for (int i = 0; i < sparse.Count; i++)
            {
                int at = (sparse.Rows[i] * width) + sparse.Features[i];
                Assert.IsGreaterThan(last, at, $"{c}: not ascending");
                filled[last = at] = sparse.Values[i];
            }
            Assert.IsTrue(dense.AsSpan().SequenceEqual(filled), c.ToString());
        }
    }

    [TestMethod, DynamicData(nameof(EveryFeaturizer))]
    public void Meets_the_needs_that_its_card_promises(FeaturizerEntry entry)
    {
        foreach (Case c in Cases.Of(entry))
        {
            // Trained without missing values, it must still take them at prediction; training values stand in for its own output.
            // Ids are no quantities, and are stored sparse whatever their number.
            if (entry.Card.Gives != Needs.None) continue;
            foreach (float[] values in new[] { Cases.Dense(c.Transform, c.Columns), Cases.Dense(c.Transform, [.. c.Columns.Select(AllMissing)]), c.Fit.TrainingValues ?? [] })
            {
                Assert.IsFalse(values.Any(float.IsInfinity), c.ToString());
                if (c.Context.Needs.HasFlag(Needs.NoMissing)) Assert.IsFalse(values.Any(float.IsNaN), c.ToString());
                if (c.Context.Needs.HasFlag(Needs.Scaled)) Assert.IsTrue(values.All(v => float.IsNaN(v) || Math.Abs(v) <= 40), c.ToString());
            }
            if (c.Context.Needs.HasFlag(Needs.NumericOnly)) Assert.IsFalse(c.Transform.Features.Any(f => f.Categories > 0), c.ToString());
            if (c.Context.Needs.HasFlag(Needs.Dense)) Assert.IsLessThanOrEqualTo(256, c.Transform.Features.Count, c.ToString());
            if (c.Fit.TrainingValues is { } training) Assert.HasCount(Tiny.Rows * c.Transform.Features.Count, training);
        }
    }

    [TestMethod, DynamicData(nameof(EveryFeaturizer))]
    public void Category_codes_stay_below_their_number(FeaturizerEntry entry)
    {
        foreach (Case c in Cases.Of(entry).Where(c => c.Transform.Features.Any(f => f.Categories > 0)))
        {
            float[] values = Cases.Dense(c.Transform, c.Columns);
            for (int i = 0; i < values.Length; i++)
            {
                int categories = c.Transform.Features[i % c.Transform.Features.Count].Categories;
                Assert.IsTrue(categories == 0 || float.IsNaN(values[i]) || (values[i] >= 0 && values[i] < categories && values[i] == MathF.Floor(values[i])), c.ToString());
            }
        }
    }

    [TestMethod, DynamicData(nameof(EveryFeaturizer))]
    public void Takes_the_same_cells_in_other_storage_and_unseen_ones(FeaturizerEntry entry)
    {
        foreach (Case c in Cases.Of(entry))
        {
            float[] expected = Cases.Dense(c.Transform, c.Columns);
            if (entry.Card.Role is ColumnRole.Category or ColumnRole.Text)
                Assert.IsTrue(expected.AsSpan().SequenceEqual(Cases.Dense(c.Transform, [.. c.Columns.Select(Tiny.AsText)])), c.ToString());
            if (entry.Card.Role == ColumnRole.Category)
                Assert.IsTrue(expected.AsSpan().SequenceEqual(Cases.Dense(c.Transform, [.. c.Columns.Select(Tiny.AsCategories)])), c.ToString());
            foreach (Column strange in Cases.Strange(Tiny.Rows)) Cases.Dense(c.Transform, [.. c.Columns.Select(_ => strange)]);
        }
    }

    [TestMethod, DynamicData(nameof(EveryFeaturizer))]
    public void Handles_or_declines_poor_columns_with_a_reason(FeaturizerEntry entry)
    {
        foreach (int rows in new[] { 1, 2, 3, 30 })
        {
            IEnumerable<Column> poor = [.. Tiny.For(entry.Card.Role, rows), .. Tiny.For(entry.Card.Role, rows).Select(AllMissing),
                .. Tiny.For(entry.Card.Role, rows).Select(c => c.Take(new int[rows])), .. Cases.Strange(rows)];
            foreach (Column column in poor)
            {
                foreach (FeaturizerContext context in Cases.Contexts(entry, rows))
                {
                    Column[] columns = entry.Card.TakesAll ? [column, column.Rename("again")] : [column];
                    FeaturizerFit fit = Cases.Create(entry).Fit(columns, context);
                    if (fit.Transform is null) Assert.IsFalse(string.IsNullOrWhiteSpace(fit.Reason));
                    else
                    {
                        Assert.IsNotEmpty(fit.Transform.Features);
                        Assert.IsFalse(Cases.Dense(fit.Transform, columns).Any(float.IsInfinity), $"{column.Kind}, {rows} rows");
                    }
                }
            }
        }
    }

    [TestMethod, DynamicData(nameof(EveryFeaturizer))]
    public void Refuses_each_option_out_of_bounds(FeaturizerEntry entry)
    {
        foreach (PropertyInfo property in entry.Type.GetProperties().Where(p => p.GetMethod is { IsStatic: false } && p.PropertyType != typeof(Type)))
        {
            if (property.PropertyType.IsEnum)
            {
                IFeaturizer odd = entry.Create();
                property.SetValue(odd, Enum.ToObject(property.PropertyType, 99));
                Refused(odd, property.Name);
                continue;
            }
            BoundsAttribute? bounds = property.GetCustomAttribute<BoundsAttribute>();
            Assert.IsNotNull(bounds, $"{property.Name} has no bounds");
            foreach (double value in new[] { bounds.Low - 1, bounds.High + 1, double.NaN })
            {
                if (property.PropertyType == typeof(int) && (double.IsNaN(value) || value > int.MaxValue)) continue;
                if (double.IsPositiveInfinity(bounds.High) && value > bounds.Low) continue;
                IFeaturizer featurizer = entry.Create();
                property.SetValue(featurizer, Convert.ChangeType(value, property.PropertyType));
                Refused(featurizer, property.Name);
            }
        }
        BoundsAttribute.Check(entry.Create());
    }

    private static void Refused(IFeaturizer featurizer, string option)
    {
        FeaturePlan plan = new() { Needs = Needs.None, Items = [new(["plain"], [new("tried", featurizer)])] };
        OptionsException error = Assert.ThrowsExactly<OptionsException>(() => plan.Fit(Tiny.Mixed(20), new FeaturizerContext()));
        StringAssert.Contains(error.Message, option);
    }

    private static string?[] Texts(Column column) => [.. Enumerable.Range(0, column.Count).Select(column.TextAt)];

    private static Column AllMissing(Column column) => column switch
    {
        NumberColumn => new NumberColumn(column.Name, [.. Enumerable.Repeat(float.NaN, column.Count)]),
        IntegerColumn => new IntegerColumn(column.Name, [.. Enumerable.Repeat(IntegerColumn.Missing, column.Count)]),
        BooleanColumn => new BooleanColumn(column.Name, [.. Enumerable.Repeat(BooleanColumn.Missing, column.Count)]),
        DateColumn => new DateColumn(column.Name, [.. Enumerable.Repeat(DateColumn.Missing, column.Count)]),
        CategoryColumn => new CategoryColumn(column.Name, [.. Enumerable.Repeat(-1, column.Count)], []),
        TextColumn => new TextColumn(column.Name, new ReadOnlyMemory<char>[column.Count]),
        _ => column,
    };

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex KebabCase();
}
