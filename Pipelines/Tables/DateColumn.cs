using System.Globalization;

namespace MLPipes.Pipelines;

/// <summary>Points in time as .NET ticks (100 ns since 0001-01-01; UTC where the text had an offset, else as written).</summary>
public sealed class DateColumn(string name, long[] ticks) : Column(name)
{
    /// <summary>The stored value of a missing cell.</summary>
    public const long Missing = long.MinValue;

    private readonly long[] ticks = ticks;

    /// <summary>The cells, [rows].</summary>
    public ReadOnlySpan<long> Ticks => ticks;

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Date;

    /// <inheritdoc/>
    public override int Count => ticks.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => ticks[row] == Missing;

    /// <inheritdoc/>
    public override string? TextAt(int row) => IsMissing(row)
        ? null
        : new DateTime(ticks[row]).ToString(ticks[row] % TimeSpan.TicksPerDay == 0 ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new DateColumn(Name, Columns.Gather(ticks, rows));

    /// <inheritdoc/>
    public override Column Rename(string name) => new DateColumn(name, ticks);
}
