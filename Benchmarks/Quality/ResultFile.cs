using System.Text;

namespace MLPipes.Benchmarks;

/// <summary>The rows of a benchmark on disk, one line as soon as it is there, so that a long one can be done in pieces.</summary>
internal sealed class ResultFile(string path)
{
    public const string FileName = "quality.csv";

    /// <summary>The rows of several files; of the same cell the last without an error, if there is one.</summary>
    public static List<QualityRow> Read(IEnumerable<string> paths)
    {
        OrderedDictionary<string, QualityRow> cells = [];
        foreach (string path in paths)
            foreach (Dictionary<string, string> line in Csv.Read(path))
            {
                QualityRow row = Csv.Parse<QualityRow>(line);
                if (row.Error.Length == 0 || !cells.TryGetValue(row.Key, out QualityRow? known) || known.Error.Length > 0) cells[row.Key] = row;
            }
        return [.. cells.Values];
    }

    public List<QualityRow> Read() => File.Exists(path) ? Read([path]) : [];

    /// <summary>Writes one row behind those that are there.</summary>
    public void Append(QualityRow row)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        bool isNew = !File.Exists(path) || new FileInfo(path).Length == 0;
        string header = Csv.Header<QualityRow>();
        if (!isNew && File.ReadLines(path).First() != header) Upgrade(header);
        using FileStream stream = new(path, FileMode.Append, FileAccess.Write);
        // A line that was cut off must not run into this one.
        string before = isNew ? header + "\n" : EndsWithLine() ? "" : "\n";
        stream.Write(Encoding.UTF8.GetBytes(before + Csv.Line(row) + "\n"));
    }

    /// <summary>Columns were added since the file was begun: its rows are written anew under the present header.</summary>
    private void Upgrade(string header)
    {
        string[] lines = [header, .. Csv.Read(path).Select(cells => Csv.Line(Csv.Parse<QualityRow>(cells)))];
        string fresh = path + ".new";
        File.WriteAllLines(fresh, lines);
        File.Move(fresh, path, overwrite: true);
    }

    private bool EndsWithLine()
    {
        using FileStream stream = File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(-1, SeekOrigin.End);
        return stream.ReadByte() == '\n';
    }
}
