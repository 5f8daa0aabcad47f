"""The atlas: records of every cell, made, kept and made again."""
