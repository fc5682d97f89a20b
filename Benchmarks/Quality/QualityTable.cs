using System.Globalization;
using System.Text;

namespace MLPipes.Benchmarks;

/// <summary>One study's outcome on one data set.</summary>
internal sealed record QualityRow(DataSet Data, int Seed, double Test, double OutOfFold, double Seconds, double TestSeconds, int Completed, int Dropped, int Failed, int Skipped, int Splits, int Models, string Best);

/// <summary>The outcomes as lines, CSV and Markdown.</summary>
internal sealed class QualityTable(TimeSpan time)
{
    private readonly List<QualityRow> rows = [];

    public static string Header => $"{"data",-20} {"seed",4} {"metric",8} {"reference",10} {"test",10} {"gain %",8} {"validated",10} {"wall s",7} {"test s",6}  completed/dropped/failed/skipped, splits, models";

    public string Summary => string.Create(CultureInfo.InvariantCulture,
        $"better than the best reference on {rows.Count(r => r.Data.Gain(r.Test) > 0)} of {rows.Count}; worse by more than 1 % on {rows.Count(r => !(r.Data.Gain(r.Test) >= -0.01))}; longest {rows.Max(r => r.Seconds):0.00} s of {time.TotalSeconds:0} s");

    public void Add(QualityRow row) => rows.Add(row);

    public static string Line(QualityRow row) => string.Create(CultureInfo.InvariantCulture,
        $"{row.Data.Name,-20} {row.Seed,4} {row.Data.Metric,8} {row.Data.BestReference,10:0.0000} {row.Test,10:0.0000} {row.Data.Gain(row.Test) * 100,8:0.00} {row.OutOfFold,10:0.0000} {row.Seconds,7:0.00} {row.TestSeconds,6:0.00}  {row.Completed}/{row.Dropped}/{row.Failed}/{row.Skipped}, {row.Splits}, {row.Models}: {row.Best}");

    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        StringBuilder csv = new("data,task,metric,seed,seconds_budget,seconds_wall,reference,test,out_of_fold,completed,dropped,failed,skipped,splits,models,best\n");
        StringBuilder markdown = new("| data | metric | seed | best reference | test | gain | out of fold | wall | result |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (QualityRow row in rows)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{row.Data.Name},{row.Data.Task},{row.Data.Metric},{row.Seed},{time.TotalSeconds},{row.Seconds:0.000},{row.Data.BestReference},{row.Test:0.000000},{row.OutOfFold:0.000000},");
            csv.Append(CultureInfo.InvariantCulture, $"{row.Completed},{row.Dropped},{row.Failed},{row.Skipped},{row.Splits},{row.Models},\"{row.Best}\"\n");
            markdown.Append(CultureInfo.InvariantCulture, $"| {row.Data.Name} | {row.Data.Metric} | {row.Seed} | {row.Data.BestReference:0.0000} | {row.Test:0.0000} | {row.Data.Gain(row.Test) * 100:+0.00;-0.00} % | {row.OutOfFold:0.0000} | {row.Seconds:0.0} s | {row.Best} |\n");
        }
        markdown.Append('\n').Append(Summary).Append(".\n");
        File.WriteAllText(Path.Combine(folder, "quality.csv"), csv.ToString());
        File.WriteAllText(Path.Combine(folder, "quality.md"), markdown.ToString());
    }
}
