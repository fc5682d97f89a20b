using Parquet;
using Parquet.Schema;

namespace MLPipes.Pipelines;

/// <summary>Reads the flat columns of a Parquet file, one row group after the other.</summary>
internal static class ParquetTableReader
{
    public static async Task<Table> ReadAsync(Stream stream, string name)
    {
        List<string> warnings = [];
        try
        {
            await using ParquetReader reader = await ParquetReader.CreateAsync(stream, new ParquetOptions { TreatByteArrayAsString = true }, leaveStreamOpen: true);
            List<(DataField Field, ParquetCells Cells)> columns = [];
            foreach (Field field in reader.Schema.Fields)
            {
                if (field is DataField { IsArray: false, MaxRepetitionLevel: 0 } data && ParquetCells.For(data) is { } cells) columns.Add((data, cells));
                else warnings.Add($"Column '{field.Name}' holds {(field is DataField d && !d.IsArray ? d.ClrType.Name : "lists or records")}, which tables can't; it was left out.");
            }
            if (columns.Count == 0) throw new TableException($"{name}: no column of the Parquet file holds plain values.", null);
            for (int i = 0; i < reader.RowGroupCount; i++)
            {
                using ParquetRowGroupReader group = reader.OpenRowGroupReader(i);
                if (group.RowCount > Array.MaxLength) throw new TableException($"{name}: a row group of {group.RowCount} rows is more than one table holds.", null);
                foreach ((DataField field, ParquetCells cells) in columns) await cells.ReadAsync(group, field);
            }
            return new Table(columns.Select(c => c.Cells.Cells.Finish(warnings)).ToArray(), warnings, name);
        }
        catch (Exception error) when (error is not (MLPipesException or IOException))
        {
            // The package raises whatever its parsing of damaged bytes runs into.
            throw new TableException($"{name}: this is no Parquet file that can be read, or it is damaged ({error.Message}).", error);
        }
    }
}
