using System.Collections.ObjectModel;
using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>How a delimited text file is read. The defaults find everything out from the file; each finding can be overridden.</summary>
public sealed record CsvOptions
{
    /// <summary>What stands for a missing value unless <see cref="MissingValues"/> says otherwise; an empty cell always does.</summary>
    public static IReadOnlyList<string> UsualMissingValues { get; } = new ReadOnlyCollection<string>(
    [
        "NA", "N/A", "n.a.", "#N/A", "#NA", "<NA>", "null", "nil", "NaN", "-NaN", "NaT", "?", "-", "--", ".", @"\N",
        "#DIV/0!", "#VALUE!", "#REF!", "#NUM!",
    ]);

    /// <summary>Whether the first row names the columns; default true. Without, they are column1, column2, …</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>What stands between cells; null (default): whichever of comma, semicolon, tab and bar fits best.</summary>
    public char? Separator { get; init; }

    /// <summary>Kinds by column name, over what the cells look like. A cell that does not fit becomes missing, with a warning.</summary>
    public IReadOnlyDictionary<string, ColumnKind> Columns { get; init; } = ReadOnlyDictionary<string, ColumnKind>.Empty;

    /// <summary>Words that stand for a missing value, case ignored; default <see cref="UsualMissingValues"/>.</summary>
    public IReadOnlyList<string> MissingValues { get; init; } = UsualMissingValues;

    /// <summary>How decimals are written; default: found out column by column.</summary>
    public NumberFormat NumberFormat { get; init; } = NumberFormat.Auto;

    /// <summary>Whether 3/4/2025 is in April or in March; default: found out column by column, with a warning where both fit.</summary>
    public DateOrder DateOrder { get; init; } = DateOrder.Auto;

    /// <summary>What happens to a row with more cells than there are columns; default: dropped, with a warning.</summary>
    public LongRows LongRows { get; init; } = LongRows.Drop;

    /// <summary>At most this many data rows, at least 1; null (default): all.</summary>
    public int? MaxRows { get; init; }

    /// <summary>Threads that read, at least 1; default: all cores. The table does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Bytes per unit of parallel work; the table does not depend on it. Tests make it tiny.</summary>
    internal int ChunkBytes { get; init; } = 1 << 20;

    internal void Validate()
    {
        List<string> problems = [];
        if (Separator is { } s && (s is '"' or '\r' or '\n' or '\0' || s > 127)) problems.Add($"Separator '{s}' must be an ASCII character, no quote and no line break.");
        if (MaxRows < 1) problems.Add($"MaxRows = {MaxRows} is below 1.");
        if (Threads < 1) problems.Add($"Threads = {Threads} is below 1.");
        foreach ((string name, ColumnKind kind) in Columns)
            if (kind == ColumnKind.Vector || !Enum.IsDefined(kind)) problems.Add($"Column '{name}' can't be read as {kind} from text.");
        if (problems.Count > 0) throw new OptionsException(nameof(CsvOptions), problems);
    }
}
