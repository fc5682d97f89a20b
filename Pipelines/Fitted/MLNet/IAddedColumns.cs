using Microsoft.ML;

namespace MLPipes.Pipelines;

/// <summary>Columns that a transformer puts behind those of a schema, each row's made of the same row's cells.</summary>
internal interface IAddedColumns
{
    /// <summary>The schema that they are added to.</summary>
    DataViewSchema InputSchema { get; }

    /// <summary><see cref="InputSchema"/> with the new columns behind it.</summary>
    DataViewSchema OutputSchema { get; }

    /// <summary>The columns of <see cref="InputSchema"/> that the new ones are made of.</summary>
    IReadOnlyList<DataViewSchema.Column> Sources { get; }

    /// <summary>Gives the getter of a new column over <paramref name="input"/>, a row that moves on by itself and has the sources active.</summary>
    Func<DataViewSchema.Column, Delegate> Getters(DataViewRow input);
}
