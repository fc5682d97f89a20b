using MLPipes.Pipelines;

namespace MLPipes;

public sealed partial class Table
{
    /// <summary>Writes the table as delimited UTF-8 text with a header row; a vector column becomes one column for each slot.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="separator">What stands between cells; default comma.</param>
    /// <exception cref="TableException">The file can't be written.</exception>
    public void WriteCsv(string path, char separator = ',') => Sources.Guard(path, () =>
    {
        using FileStream file = File.Create(path);
        WriteCsv(file, separator);
        return true;
    });

    /// <summary>Writes the table as delimited UTF-8 text with a header row; a vector column becomes one column for each slot.</summary>
    /// <param name="stream">Where the text goes; not closed.</param>
    /// <param name="separator">What stands between cells; default comma.</param>
    public void WriteCsv(Stream stream, char separator = ',')
    {
        new CsvOptions { Separator = separator }.Validate();
        Column[] written = [.. columns.SelectMany(c => c is VectorColumn vector ? Slots(vector) : [c])];
        CsvOutput output = new(stream, (byte)separator);
        for (int i = 0; i < written.Length; i++)
        {
            if (i > 0) output.Separator();
            output.Text(written[i].Name);
        }
        output.Raw((byte)'\n');
        for (int row = 0; row < RowCount; row++)
        {
            for (int i = 0; i < written.Length; i++)
            {
                if (i > 0) output.Separator();
                // An empty line is no row, so that a missing cell of an only column stands in quotes.
                if (written.Length == 1 && written[0].IsMissing(row)) output.Raw("\"\""u8);
                else output.Cell(written[i], row);
            }
            output.Raw("\n"u8);
        }
        output.Flush();
    }

    private static IEnumerable<Column> Slots(VectorColumn vector)
    {
        for (int slot = 0; slot < vector.Width; slot++)
        {
            float[] values = new float[vector.Count];
            for (int row = 0; row < values.Length; row++) values[row] = vector.Values[(row * vector.Width) + slot];
            yield return new NumberColumn($"{vector.Name}.{vector.SlotNames?[slot] ?? (slot + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)}", values);
        }
    }
}
