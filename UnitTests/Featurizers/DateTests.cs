using MLPipes.Pipelines;

namespace MLPipes.Featurizers.Tests;

[TestClass]
public sealed class DateTests
{
    [TestMethod]
    public void Parts_are_those_of_the_calendar()
    {
        // 2024-12-30 is a Monday in ISO week 1 of 2025; day 365 of a leap year. 20,087.5 days after 1970-01-01 at noon.
        DateColumn column = Dates("2024-12-30T12:30", "2023-05-06T01:02", "2022-01-02T03:00");
        ITransform transform = new DateParts().Fit([column], new FeaturizerContext()).Transform!;

        Dictionary<string, float> parts = transform.Features.Select(f => f.Name).Zip(Cases.Dense(transform, [column])).ToDictionary(p => p.First, p => p.Second);

        Assert.AreEqual(2024, parts["d.year"]);
        Assert.AreEqual(12, parts["d.month"]);
        Assert.AreEqual(1, parts["d.week"]);
        Assert.AreEqual(365, parts["d.day-of-year"]);
        Assert.AreEqual(30, parts["d.day"]);
        Assert.AreEqual(0, parts["d.weekday"]);
        Assert.AreEqual(0, parts["d.is-weekend"]);
        Assert.AreEqual(12, parts["d.hour"]);
        Assert.AreEqual(30, parts["d.minute"]);
        Assert.AreEqual(20087.52f, parts["d.days"], 0.01f);
    }

    [TestMethod]
    public void Only_parts_that_vary_are_kept()
    {
        ITransform transform = new DateParts().Fit([Dates("2024-03-04", "2024-03-05", "2024-03-06")], new FeaturizerContext()).Transform!;

        CollectionAssert.AreEquivalent(new[] { "d.days", "d.day-of-year", "d.day", "d.weekday" }, transform.Features.Select(f => f.Name).ToArray());
    }

    [TestMethod]
    public void December_lies_beside_January_for_linear_trainers()
    {
        DateColumn column = Dates("2023-12-01", "2023-01-01", "2023-07-01");
        ITransform transform = new DateParts().Fit([column], new FeaturizerContext { Needs = FeaturePlanTests.Linear }).Transform!;
        float[] values = Cases.Dense(transform, [column]);
        int sine = transform.Features.ToList().FindIndex(f => f.Name == "d.month.sin"), width = transform.Features.Count;

        double Distance(int a, int b) => Math.Sqrt(Enumerable.Range(sine, 2).Sum(i => Math.Pow(values[(a * width) + i] - values[(b * width) + i], 2)));

        Assert.IsLessThan(Distance(0, 2), Distance(0, 1));
    }

    private static DateColumn Dates(params string[] texts) =>
        new("d", [.. texts.Select(t => DateTime.Parse(t, System.Globalization.CultureInfo.InvariantCulture).Ticks)]);
}
