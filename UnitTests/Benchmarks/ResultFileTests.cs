namespace MLPipes.Benchmarks.Tests;

[TestClass]
public sealed class ResultFileTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlpipes-results-").FullName;

    private string FilePath => Path.Combine(folder, ResultFile.FileName);

    [TestCleanup]
    public void Clean() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void Rows_come_back_as_they_were()
    {
        ResultFile file = new(FilePath);
        QualityRow[] rows =
        [
            Rows.Of("a", 0.123456) with { Best = "ensemble of \"x\", y", Bests = "0.5:0.7;1.2:0.8", Completed = 12, PeakRssMb = 130.5 },
            Rows.Of("b", double.NaN, "logloss", seed: 2) with { Error = "exit code 134: it, broke", Reference = double.NaN, OutOfFold = double.NaN },
        ];

        foreach (QualityRow row in rows) file.Append(row);

        CollectionAssert.AreEqual(rows.Select(Csv.Line).ToArray(), file.Read().Select(Csv.Line).ToArray());
        Assert.AreEqual(rows[0].Best, file.Read()[0].Best);
        Assert.AreEqual(12, file.Read()[0].Completed);
        Assert.IsTrue(double.IsNaN(file.Read()[1].Test));
    }

    [TestMethod]
    public void A_line_cut_off_costs_that_line_only()
    {
        ResultFile file = new(FilePath);
        file.Append(Rows.Of("a", 0.5));
        File.AppendAllText(FilePath, "b,binary,auc,1,6");

        file.Append(Rows.Of("c", 0.7));

        Assert.AreEqual("a,c", string.Join(',', file.Read().Select(r => r.Data)));
    }

    [TestMethod]
    public void Of_a_cell_run_again_the_last_success_counts()
    {
        ResultFile file = new(FilePath);
        file.Append(Rows.Of("a", double.NaN) with { Error = "broke" });
        file.Append(Rows.Of("a", 0.5));
        file.Append(Rows.Of("a", double.NaN) with { Error = "broke again" });

        Assert.AreEqual(0.5, file.Read().Single().Test);
    }

    [TestMethod]
    public void A_file_of_an_older_version_gets_the_new_columns()
    {
        File.WriteAllText(FilePath, "data,task,metric,seed,seconds_budget,threads,clock,test\na,binary,auc,3,60,2,wall,0.5\n");
        ResultFile file = new(FilePath);

        file.Append(Rows.Of("b", 0.6));

        Assert.AreEqual("a 3 0.5 , b 1 0.6 Time", string.Join(", ", file.Read().Select(r => FormattableString.Invariant($"{r.Data} {r.Seed} {r.Test} {r.End}"))));
    }
}
